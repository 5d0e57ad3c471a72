import { type Browser, chromium, type Page } from 'playwright-core';
import type { Demo, PersonName } from './demo.js';

/** Without these, Chromium wants a sandbox that a container forbids, and asks the world for updates. */
const LAUNCH_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PATIENCE_MS = 15_000;

/** A person at the console, in a browser profile of their own. */
export interface Screen {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, refused resources, breaches of the content policy. */
  readonly complaints: readonly string[];
}

/** Real Chromium, with the console of a started system. */
export class ConsoleBrowser {
  private constructor(
    private readonly demo: Demo,
    private readonly browser: Browser,
  ) {}

  static async launch(demo: Demo, executablePath: string): Promise<ConsoleBrowser> {
    return new ConsoleBrowser(demo, await chromium.launch({ executablePath, args: LAUNCH_ARGS }));
  }

  /** Somebody who opened the console and is not signed in yet. */
  async open(path = '/'): Promise<Screen> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 860 },
      reducedMotion: 'reduce',
      acceptDownloads: true,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      complaints.push(`${message.text()} (${message.location().url})`);
    });
    await page.goto(`${this.demo.url}${path}`);
    return { page, complaints };
  }

  /** Signs in through the identity provider's page and comes back to `path`. */
  async signIn(name: PersonName, path = '/requests'): Promise<Screen> {
    const screen = await this.open(path);
    await signInAs(screen.page, this.demo.person(name));
    return screen;
  }

  stop(): Promise<void> {
    return this.browser.close();
  }
}

/** From the console's front page through the identity provider's page into the console. */
export async function signInAs(
  page: Page,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}
