import { setTimeout as sleep } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { sampleEntry } from '../contract/audit-log.contract.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc') as (options?: { type: 'minor' }) => void;

/** Large enough to be compressed. */
const GROUP = Array.from({ length: 20 }, (_, n) => sampleEntry(n, { text: 'x'.repeat(300) }));
const KIB = 1_024;

// To collect that takes all processors for a fifth of a second, and every decision waits.
describe('what is left to the collector of the whole heap', () => {
  let target: TestDatabase;
  let database: Database;
  let log: PostgresAuditLog;

  beforeAll(async () => {
    target = await createDatabase();
    database = new Database({ url: target.url, poolSize: 2 });
    log = new PostgresAuditLog(database);
  });
  afterAll(async () => {
    await log.close();
    await database.close();
    await target.drop();
  });

  /** Bytes of buffers that each leaves when the young generation has been collected. */
  async function leftBy(work: () => Promise<unknown>, times: number) {
    const bytesAfter = async (count: number) => {
      for (let n = 0; n < count; n += 1) await work();
      // What is young is copied once before it counts as old; what is dead is freed on another thread.
      for (let n = 0; n < 3; n += 1) {
        gc({ type: 'minor' });
        await sleep(20);
      }
      return process.memoryUsage().arrayBuffers;
    };
    await bytesAfter(20);
    gc();
    const before = await bytesAfter(20);
    return ((await bytesAfter(times)) - before) / times;
  }

  test('by an append: nothing', async () => {
    expect(await leftBy(() => log.append('acme', [sampleEntry(0)]), 400)).toBeLessThan(100);
  });

  test('by one that is compressed: the buffer that zlib worked with', async () => {
    expect(await leftBy(() => log.append('acme', GROUP), 200)).toBeLessThan(5 * KIB);
  });
});
