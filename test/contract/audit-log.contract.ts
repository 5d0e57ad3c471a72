import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { entryText, EntryTooLargeError } from '@sallyport/audit';
import type { AdminEntry, LogEntry } from '@sallyport/contracts';
import type { AuditLog } from '../../apps/api/src/evidence/audit-log.ports.js';
import type { TenantTx } from '../../apps/api/src/platform/sql.js';

/** One implementation under test, with what the suite needs beside the port. */
export interface AuditLogHarness {
  readonly log: AuditLog;
  /** The whole log as it would be read back, oldest first. */
  entries(tenantId: string): Promise<readonly unknown[]>;
  transaction<T>(tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** An entry to log; `n` makes its id. */
export function sampleEntry(n: number | string, detail: AdminEntry['detail'] = {}): LogEntry {
  return {
    type: 'register.changed',
    id: `entry-${String(n)}`,
    time: '2026-11-22T10:00:00.000Z',
    actor: 'admin:instance',
    detail,
  };
}

/** What every AuditLog promises. */
export function auditLogContract(name: string, start: () => Promise<AuditLogHarness>): void {
  describe(`${name} keeps the promises of the audit log`, () => {
    let harness: AuditLogHarness;
    let log: AuditLog;

    beforeEach(async () => {
      harness = await start();
      log = harness.log;
    });
    afterEach(() => harness.close());

    test('entries stand in the log as given, at dense indexes from 0', async () => {
      const first = await log.append('acme', [sampleEntry(0), sampleEntry(1)]);
      const second = await log.append('acme', [sampleEntry(2)]);
      expect([...first, ...second]).toEqual([
        { id: 'entry-0', index: 0 },
        { id: 'entry-1', index: 1 },
        { id: 'entry-2', index: 2 },
      ]);
      expect(await harness.entries('acme')).toEqual([
        sampleEntry(0),
        sampleEntry(1),
        sampleEntry(2),
      ]);
    });

    test('nothing to append is no append', async () => {
      expect(await log.append('acme', [])).toEqual([]);
      expect(await harness.entries('acme')).toEqual([]);
    });

    test('callers at the same time each get the index of their own entries, which stay together', async () => {
      const groups = Array.from({ length: 40 }, (_, n) =>
        Array.from({ length: (n % 3) + 1 }, (_, part) =>
          sampleEntry(`${String(n)}.${String(part)}`),
        ),
      );
      const answers = await Promise.all(groups.map((group) => log.append('acme', group)));
      const entries = await harness.entries('acme');
      expect(entries).toHaveLength(groups.flat().length);
      for (const [n, answer] of answers.entries()) {
        expect(answer.map(({ index }) => entries[index])).toEqual(groups[n]);
        expect(answer.map(({ index }) => index - (answer[0]?.index ?? 0))).toEqual([
          ...answer.keys(),
        ]);
      }
    });

    test('an entry of 64 KiB or more fails its own caller and nobody else', async () => {
      const large = sampleEntry('large', { text: 'x'.repeat(65_536) });
      const [bad, good] = await Promise.allSettled([
        log.append('acme', [sampleEntry('companion'), large]),
        log.append('acme', [sampleEntry('good')]),
      ]);
      expect(bad.status === 'rejected' && bad.reason).toBeInstanceOf(EntryTooLargeError);
      expect(good).toMatchObject({ status: 'fulfilled', value: [{ id: 'entry-good', index: 0 }] });
      expect(await harness.entries('acme')).toEqual([sampleEntry('good')]);
    });

    test('entries that come encoded stand in the log as those that are encoded by it, in one order with them', async () => {
      const encoded = [sampleEntry(1), sampleEntry(2)].map((entry) => entryText({ ...entry }));
      await log.append('acme', [sampleEntry(0)]);
      expect(await log.appendEncoded('acme', encoded)).toBe(1);
      expect(await log.append('acme', [sampleEntry(3)])).toEqual([{ id: 'entry-3', index: 3 }]);
      expect(await harness.entries('acme')).toEqual([0, 1, 2, 3].map((n) => sampleEntry(n)));
    });

    test('encoded callers at the same time each get the index of their own first entry', async () => {
      const groups = Array.from({ length: 40 }, (_, n) =>
        Array.from({ length: (n % 3) + 1 }, (_, part) =>
          sampleEntry(`${String(n)}.${String(part)}`),
        ),
      );
      const firsts = await Promise.all(
        groups.map((group) =>
          log.appendEncoded(
            'acme',
            group.map((entry) => entryText({ ...entry })),
          ),
        ),
      );
      const entries = await harness.entries('acme');
      expect(entries).toHaveLength(groups.flat().length);
      for (const [n, first] of firsts.entries()) {
        const group = groups[n] ?? [];
        expect(entries.slice(first, first + group.length)).toEqual(group);
      }
    });

    test('encoded entries that no log can hold fail their own caller and nobody else', async () => {
      const [large, none, good] = await Promise.allSettled([
        log.appendEncoded('acme', ['ü'.repeat(32_768)]),
        log.appendEncoded('acme', []),
        log.appendEncoded('acme', [entryText({ ...sampleEntry('good') })]),
      ]);
      expect(large.status === 'rejected' && large.reason).toBeInstanceOf(EntryTooLargeError);
      expect(none.status === 'rejected' && none.reason).toBeInstanceOf(RangeError);
      expect(good).toMatchObject({ status: 'fulfilled', value: 0 });
      expect(await harness.entries('acme')).toEqual([sampleEntry('good')]);
    });

    test('tenants have separate logs', async () => {
      await log.append('acme', [sampleEntry('a')]);
      expect(await log.append('globex', [sampleEntry('g')])).toEqual([{ id: 'entry-g', index: 0 }]);
      expect(await harness.entries('acme')).toEqual([sampleEntry('a')]);
    });

    test('entries appended within a transaction come with its commit', async () => {
      await log.append('acme', [sampleEntry(0)]);
      const within = await harness.transaction('acme', async (tx) => [
        ...(await log.appendWithin(tx, [sampleEntry(1)])),
        ...(await log.appendWithin(tx, [sampleEntry(2)])),
      ]);
      expect(within.map(({ index }) => index)).toEqual([1, 2]);
      expect(await log.append('acme', [sampleEntry(3)])).toEqual([{ id: 'entry-3', index: 3 }]);
      expect(await harness.entries('acme')).toEqual([0, 1, 2, 3].map((n) => sampleEntry(n)));
    });

    test('a transaction that rolls back leaves nothing in the log', async () => {
      await log.append('acme', [sampleEntry(0)]);
      const failed = harness.transaction('acme', async (tx) => {
        await log.appendWithin(tx, [sampleEntry('lost')]);
        throw new Error('changed my mind');
      });
      await expect(failed).rejects.toThrow('changed my mind');
      expect(await log.append('acme', [sampleEntry(1)])).toEqual([{ id: 'entry-1', index: 1 }]);
      expect(await harness.entries('acme')).toEqual([sampleEntry(0), sampleEntry(1)]);
    });

    test('listeners hear the size after growth until they unsubscribe', async () => {
      const heard: unknown[] = [];
      const unsubscribe = log.onGrowth((...growth) => heard.push(growth));
      await log.append('acme', [sampleEntry(0), sampleEntry(1)]);
      unsubscribe();
      await log.append('acme', [sampleEntry(2)]);
      expect(heard).toEqual([['acme', 2]]);
    });
  });
}
