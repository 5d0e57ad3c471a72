import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { ConsoleBrowser, signInAs } from './support/console-browser.js';
import { type Demo, startDemo } from './support/demo.js';
import { Leftovers } from './support/leftovers.js';
import { describeDriving } from './support/needs.js';

// A start may have to build first.
jest.setTimeout(240_000);

describeDriving('chromium', 'a person whom a gateway sent to ask for access', (program) => {
  const leftovers = new Leftovers();
  let demo: Demo;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    demo = leftovers.keep(await startDemo());
    browser = leftovers.keep(await ConsoleBrowser.launch(demo, program));
  });
  afterAll(() => leftovers.stop());

  it('signs in, finds the form filled in with what was denied, and sends it', async () => {
    const denied = 'action=read&type=database&id=prod&decision=01a2-denied';
    const { page, complaints } = await browser.open(`/requests/new?${denied}`);
    await signInAs(page, demo.person('dana'));
    await page.getByText('You may not read database prod right now.').waitFor();
    await page.getByText('Decision 01a2-denied').waitFor();
    const reason = page.getByLabel('Reason');
    expect(await reason.inputValue()).toBe('To read database prod: ');
    await reason.fill('To read database prod: support case 4711');
    await page.getByRole('button', { name: 'Submit request' }).click();
    await page.waitForURL(/\/requests\/[0-9a-f-]{36}\b/);
    await page.getByText('To read database prod: support case 4711').first().waitFor();
    expect(complaints).toEqual([]);
  });
});
