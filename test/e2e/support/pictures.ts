import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

export const SCHEMES = ['light', 'dark'] as const;
export type Scheme = (typeof SCHEMES)[number];

const ARTIFACTS = fileURLToPath(new URL('../artifacts/', import.meta.url));

/** Takes the whole screen in light and in dark, as `artifacts/<name>-<scheme>.png`. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  for (const scheme of SCHEMES) {
    await showIn(page, scheme);
    // What sticks to the top would stand in the middle of the picture of a scrolled page.
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: `${ARTIFACTS}${name}-${scheme}.png`, fullPage: true });
  }
  await showIn(page, 'light');
}

/** Switches the operating system's colours, and waits until the page has followed. */
export async function showIn(page: Page, colorScheme: Scheme): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
}
