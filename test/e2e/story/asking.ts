import type { Page } from 'playwright-core';
import type { Cast } from './cast.js';

/** Dana asks in her browser for half an hour; her page then shows the request. */
export async function askForHalfAnHour({ dana, demo }: Cast, reason: string): Promise<void> {
  const { page } = dana;
  await page.goto(`${demo.url}/requests/new`);
  await page.getByLabel('Role').selectOption('prod-db-reader');
  await page.getByLabel('For how long').fill('30 min');
  await page.getByLabel('Reason').fill(reason);
  await page.getByRole('button', { name: 'Submit request' }).click();
  await page.getByText('You asked for this. Two-person rule.').waitFor();
}

/** The row in a queue, without a reload: it comes by itself. */
export function rowOf(page: Page, reason: string) {
  return page
    .getByRole('list', { name: 'Access requests' })
    .getByRole('listitem')
    .filter({ hasText: reason });
}

/** Omar opens the request from his queue, shortens it and approves. */
export async function approveFor(
  { omar: { page } }: Cast,
  reason: string,
  duration: string,
): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: /^Requests/ })
    .click();
  await rowOf(page, reason).getByRole('link').click();
  await page.getByRole('radio', { name: 'Approve' }).check();
  await page.getByLabel('Approve for').fill(duration);
  await page.getByLabel('Reason for your answer').fill('The case is open');
  await page.getByRole('button', { name: `Approve prod-db-reader for ${duration}` }).click();
  await page.getByText('The request is approved').waitFor();
}
