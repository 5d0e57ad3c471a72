import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

export const SCHEMES = ['light', 'dark'] as const;
export type Scheme = (typeof SCHEMES)[number];

const ARTIFACTS = fileURLToPath(new URL('../artifacts/', import.meta.url));

/** Takes the whole screen as it is, as `artifacts/<name>.png`; under a dialog, only what is in the window. */
export async function snapshot(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  // What sticks to the top would stand in the middle of the picture of a scrolled page.
  await page.evaluate(() => window.scrollTo(0, 0));
  const fullPage = (await page.getByRole('dialog').count()) === 0;
  await page.screenshot({ path: `${ARTIFACTS}${name}.png`, fullPage });
}

/** Takes it in light and in dark, as `artifacts/<name>-<scheme>.png`, and goes back to light. */
export async function picture(page: Page, name: string): Promise<void> {
  for (const scheme of SCHEMES) {
    await showIn(page, scheme);
    await snapshot(page, `${name}-${scheme}`);
  }
  await showIn(page, 'light');
}

/** Switches the operating system's colours, and waits until every element has followed. */
export async function showIn(page: Page, colorScheme: Scheme): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.waitForFunction((wanted) => {
    const { dataset } = document.documentElement;
    return (dataset['mantineColorScheme'] ?? wanted) === wanted;
  }, colorScheme);
  await settle(page);
}

/** Gives the window another size, and waits until every element has followed. */
export async function resize(page: Page, size: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(size);
  await page.waitForFunction(({ width }) => window.innerWidth === width, size);
  await settle(page);
}

/** Even the shortest transition starts from what was before; one of a parent may start those of its children. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let round = 0; round < 3; round += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    }
  });
}
