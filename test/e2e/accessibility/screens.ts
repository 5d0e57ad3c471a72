import type { Page } from 'playwright-core';
import type { PersonName } from '../support/demo.js';

/** What exists in the tenant, so that no screen is empty that has something to show. */
export interface World {
  readonly pendingRequestId: string;
  readonly decidedRequestId: string;
  readonly decisionId: string;
}

/** A screen in one of its states. */
export interface ScreenState {
  readonly name: string;
  /** Whoever looks at it; absent: somebody who isn't signed in. */
  readonly who?: PersonName;
  readonly path: (world: World) => string;
  /** Brings the screen into its state; resolves when it is there. */
  readonly arrive: (page: Page) => Promise<unknown>;
}

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const at = (path: string) => () => path;

/** Every screen of the console, with the states that look different. */
export const SCREENS: readonly ScreenState[] = [
  { name: 'signed-out', path: at('/'), arrive: (page) => button(page, 'Sign in').waitFor() },
  {
    name: 'identity-provider',
    path: at('/auth/login?tenant=acme&returnTo=/'),
    arrive: (page) => page.getByLabel('Password').waitFor(),
  },
  {
    name: 'requests-for-me',
    who: 'omar',
    path: at('/requests'),
    arrive: (page) => page.getByRole('list', { name: 'Access requests' }).waitFor(),
  },
  {
    name: 'requests-mine',
    who: 'dana',
    path: at('/requests?tab=mine'),
    arrive: (page) => page.getByRole('list', { name: 'Access requests' }).waitFor(),
  },
  {
    name: 'requests-none',
    who: 'aude',
    path: at('/requests'),
    arrive: (page) => heading(page, 'Nothing waits for you'),
  },
  {
    name: 'request-new-with-errors',
    who: 'dana',
    path: at('/requests/new'),
    arrive: async (page) => {
      await page.getByLabel('For how long').fill('5 h');
      await button(page, 'Submit request').click();
      await page.getByText('This may last at most 4 h.').waitFor();
    },
  },
  {
    name: 'request-own',
    who: 'dana',
    path: ({ pendingRequestId }) => `/requests/${pendingRequestId}`,
    arrive: (page) => page.getByText('You asked for this. Two-person rule.').waitFor(),
  },
  {
    name: 'request-review-with-errors',
    who: 'omar',
    path: ({ pendingRequestId }) => `/requests/${pendingRequestId}`,
    arrive: async (page) => {
      await page.getByText(/would be permitted/).waitFor();
      await page.getByRole('radio', { name: 'Approve' }).check();
      await button(page, /^Approve prod-db-reader/).click();
      await page.getByText('Say why you answer so.').waitFor();
    },
  },
  {
    name: 'request-decided',
    who: 'omar',
    path: ({ decidedRequestId }) => `/requests/${decidedRequestId}?tab=decided`,
    arrive: (page) => page.getByText('The request is approved').waitFor(),
  },
  {
    name: 'grants-active',
    who: 'dana',
    path: at('/grants'),
    arrive: (page) =>
      page
        .getByText(/ left$/)
        .first()
        .waitFor(),
  },
  {
    name: 'grants-ended',
    who: 'omar',
    path: at('/grants?tab=ended'),
    arrive: (page) => page.getByText('Dana Engineer held prod-db-reader').first().waitFor(),
  },
  {
    name: 'grants-revoke',
    who: 'omar',
    path: at('/grants'),
    arrive: async (page) => {
      await button(page, 'Revoke prod-db-reader of Dana Engineer').click();
      await button(page, 'Revoke prod-db-reader now').click();
      await page.getByText('Say why.').waitFor();
    },
  },
  {
    name: 'evidence',
    who: 'aude',
    path: at('/evidence'),
    arrive: (page) => page.getByRole('table').waitFor(),
  },
  {
    name: 'evidence-filtered',
    who: 'aude',
    path: at('/evidence?decision=deny&reason=grant-missing'),
    arrive: (page) => page.getByRole('table').waitFor(),
  },
  {
    name: 'evidence-export',
    who: 'aude',
    path: at('/evidence'),
    arrive: async (page) => {
      await button(page, 'Export').click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'entry-verified',
    who: 'aude',
    path: ({ decisionId }) => `/evidence/${decisionId}`,
    arrive: async (page) => {
      await button(page, 'Verify in this browser').click();
      await page.getByText('✓ Verified').waitFor();
      await page.getByText('The path from the entry to the root').click();
      await page.getByText('Raw entry').click();
    },
  },
  {
    name: 'my-context',
    who: 'dana',
    path: at('/me'),
    arrive: (page) => page.getByText('dana-laptop').waitFor(),
  },
  {
    name: 'settings',
    who: 'ada',
    path: at('/settings'),
    arrive: async (page) => {
      await page.getByLabel('Name').fill('nightly-export');
      await button(page, 'Create token').click();
      await page.getByRole('table', { name: 'API tokens' }).waitFor();
    },
  },
  {
    name: 'command-palette',
    who: 'ada',
    path: at('/requests'),
    arrive: async (page) => {
      await button(page, /Search or jump to/).click();
      await page.getByRole('combobox').fill('e');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'shortcuts',
    who: 'ada',
    path: at('/requests'),
    arrive: async (page) => {
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'not-found',
    who: 'ada',
    path: at('/nowhere'),
    arrive: (page) => heading(page, 'No such page'),
  },
];
