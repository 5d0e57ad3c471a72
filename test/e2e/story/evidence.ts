import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Screen } from '../support/console-browser.js';
import { type CliRun, runCli } from '../support/command-line.js';
import type { Demo } from '../support/demo.js';
import { flipOneBit } from '../support/exported-zip.js';
import { picture } from '../support/pictures.js';
import type { WithCast } from './cast.js';

/** Aude finds the whole story, sees why, checks it and takes it away. */
export function tellEvidence(cast: WithCast): void {
  describe('the auditor', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-export-'));
    const zip = join(folder, 'acme.zip');
    let aude: Screen;
    beforeAll(async () => {
      aude = await cast().browser.signIn('aude', '/evidence');
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('finds every chapter of the story in the log', async () => {
      const { page } = aude;
      await page.getByRole('table').waitFor();
      await picture(page, 'evidence');
      for (const [type, sentence] of [
        ['Request submitted', /asked for role prod-db-reader for 30 minutes/],
        ['Request reviewed', /omar@acme.example approved .* for 10 minutes/],
        ['Grant ended', /ended on time/],
        ['Token revoked', /A token of dana@acme.example was revoked: The grant has ended/],
      ] as const) {
        await filterBy(page, { Type: type });
        await page.getByRole('link', { name: sentence }).first().waitFor();
      }
    });

    it('filters for the denials of one reason and sees why the answer was what it was', async () => {
      const { page } = aude;
      await page.getByRole('button', { name: 'Clear filter' }).click();
      await page.getByText('More filters').click();
      await page.getByLabel('Reason').selectOption('impossible-travel');
      await filterBy(page, { Decision: 'deny' });
      await picture(page, 'evidence-filtered');
      const rows = page.getByRole('table').getByRole('row');
      expect(await rows.count()).toBe(2);
      await rows.getByRole('link', { name: /was denied read on database prod/ }).click();
      const story = page.getByRole('list').filter({ hasText: 'Who asked' });
      for (const line of [
        /Identity\s*verified by a token/,
        /Device\s*dana-laptop, disk encrypted, compliant/,
        /Place\s*US \(8\.8\.8\.8\)/,
        /Live grants\s*prod-db-reader/,
        /Forbidden by\s*no-impossible-travel/,
        /Answer\s*deny/,
      ])
        expect(await story.innerText()).toMatch(line);
    });

    it('verifies the entry in the browser, step by step', async () => {
      const { page } = aude;
      await page.getByRole('button', { name: 'Verify in this browser' }).click();
      await page.getByText('✓ Verified').waitFor();
      const steps = page.getByRole('list', { name: 'Steps' }).getByRole('listitem');
      expect(await steps.count()).toBe(6);
      expect(await steps.filter({ hasText: 'passed' }).count()).toBe(6);
      await picture(page, 'entry-verified');
    });

    it('exports the log as a zip that the command line verifies offline', async () => {
      const { page } = aude;
      await page.goto(`${cast().demo.url}/evidence`);
      await page.getByRole('button', { name: 'Export' }).click();
      await picture(page, 'evidence-export');
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download zip' }).click();
      await (await downloading).saveAs(zip);
      const { code, output } = await verifyWithCli(cast().demo, zip);
      expect(output).toMatch(/^VERIFIED\./m);
      expect(code).toBe(0);
    });

    it('cannot be deceived: one changed bit is found, and the entry named', async () => {
      const changed = join(folder, 'changed.zip');
      const { index } = flipOneBit(zip, changed);
      const { code, output } = await verifyWithCli(cast().demo, changed);
      expect(output).toMatch(/^NOT VERIFIED\./m);
      expect(output).toContain(`(entry ${index})`);
      expect(code).toBe(1);
    });

    it('works without anything that the browser complains about', () => {
      expect(aude.complaints).toEqual([]);
    });
  });
}

/** `sallyport verify`, with the log's key from another door than the zip. */
async function verifyWithCli({ client, adminToken }: Demo, zip: string): Promise<CliRun> {
  const { text } = await client.call('GET', '/log/acme/vkey', { key: adminToken });
  return runCli(['verify', zip, '--vkey', text.trim()]);
}

async function filterBy(page: Page, filter: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, option] of Object.entries(filter))
    await page.getByLabel(label, { exact: true }).selectOption({ label: option });
  await page.getByRole('button', { name: 'Apply filter' }).click();
  for (const label of Object.keys(filter))
    await page.getByRole('button', { name: `Remove ${label}:` }).waitFor();
}
