import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** One rule that a screen breaks, with the elements that break it. */
export interface AxeFinding {
  readonly rule: string;
  readonly help: string;
  readonly elements: readonly string[];
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Runs axe-core in a page of real Chromium: WCAG 2.2 AA and axe's best practices. Goes through the devtools protocol, because the console's
 * content security policy rightly refuses injected scripts.
 */
export async function axeFindings(page: Page): Promise<readonly AxeFinding[]> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Runtime.evaluate', { expression: axe.source });
  const { result, exceptionDetails } = await devtools.send('Runtime.evaluate', {
    expression: `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((r) => JSON.stringify(r.violations))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await devtools.detach();
  if (exceptionDetails) throw new Error(`axe failed: ${exceptionDetails.text}`);
  const violations = JSON.parse(String(result.value)) as {
    id: string;
    help: string;
    nodes: { html: string; failureSummary?: string }[];
  }[];
  return violations.map(({ id, help, nodes }) => ({
    rule: id,
    help,
    elements: nodes.map((node) => `${node.html.slice(0, 200)} — ${node.failureSummary ?? ''}`),
  }));
}

/** How many pixels the page is wider than its window: more than 0 means that people must scroll sideways (WCAG 1.4.10). */
export async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}
