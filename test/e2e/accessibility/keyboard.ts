import type { Locator, Page } from 'playwright-core';
import type { Person } from '../support/demo.js';

const MAX_TABS = 60;

/** Presses Tab until the element has the focus; rejects when it never gets it. */
export async function tabTo(page: Page, element: Locator): Promise<void> {
  await element.waitFor();
  for (let tabs = 0; tabs <= MAX_TABS; tabs += 1) {
    if (await element.evaluate((node) => node === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${String(element)}`);
}

/** Reaches it and presses a key there. */
export async function press(page: Page, element: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, element);
  await page.keyboard.press(key);
}

/** Reaches a field and types into it, in place of what stands there. */
export async function type(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

/** Signs in without a mouse. */
export async function signInByKeyboard(page: Page, { email, password }: Person): Promise<void> {
  await press(page, page.getByRole('button', { name: 'Sign in' }));
  await type(page, page.getByLabel('E-mail'), email);
  await type(page, page.getByLabel('Password'), password);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}
