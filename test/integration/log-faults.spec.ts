import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { entryText } from '@sallyport/audit';
import pg from 'pg';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import {
  type AuditLogOptions,
  PostgresAuditLog,
} from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresLogReader } from '../../apps/api/src/adapters/postgres/log/postgres-log-reader.js';
import { UnavailableError } from '../../apps/api/src/platform/errors.js';
import { sampleEntry } from '../contract/audit-log.contract.js';
import { startFlakyProxy } from '../support/flaky-proxy.js';
import { expectValidTree, readAll } from '../support/log-reading.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

describe('the log when Postgres fails', () => {
  let target: TestDatabase;
  let database: Database;
  let log: PostgresAuditLog;
  let reader: PostgresLogReader;

  beforeEach(async () => {
    target = await createDatabase();
    database = new Database({ url: target.url, poolSize: 4 });
    log = new PostgresAuditLog(database);
    reader = new PostgresLogReader(database);
  });
  afterEach(async () => {
    await log.close();
    await database.close();
    await target.drop();
  });

  test('a lost connection rejects everybody who waited for it, and the next append goes on', async () => {
    await log.append('acme', [sampleEntry(0)]);
    const { proxied, proxy, close } = await behindProxy(target.url);
    await proxied.append('acme', [sampleEntry(1)]);
    proxy.swallowAnswers();
    const lost = [2, 3, 4].map((n) => proxied.append('acme', [sampleEntry(n)]));
    setTimeout(() => proxy.cut(), 200);
    for (const answer of await Promise.allSettled(lost)) {
      expect(answer.status === 'rejected' && answer.reason).toBeInstanceOf(UnavailableError);
    }
    // The commit reached the server and only its answer was lost: the head must be read again, not assumed.
    const [next] = await proxied.append('acme', [sampleEntry(5)]);
    const entries = await readAll(database, reader, 'acme');
    expect(entries[next?.index ?? -1]).toEqual(sampleEntry(5));
    expect(entries).toEqual([0, 1, 2, 3, 4, 5].map((n) => sampleEntry(n)));
    await expectValidTree(database, reader);
    await close();
  });

  test('a server that does not answer is given up on in time', async () => {
    const { proxied, proxy, close } = await behindProxy(target.url, { timeoutMs: 300 });
    await proxied.append('acme', [sampleEntry(0)]);
    proxy.swallowAnswers();
    const started = performance.now();
    await expect(proxied.append('acme', [sampleEntry(1)])).rejects.toBeInstanceOf(UnavailableError);
    expect(performance.now() - started).toBeLessThan(2_000);
    await close();
  });

  test('a server that stalls makes callers wait within a bound, and nobody beyond it', async () => {
    const limits = { timeoutMs: 500, maxQueuedBytes: 100_000, maxQueuedEntries: 1_000_000 };
    const { proxied, proxy, close } = await behindProxy(target.url, limits);
    await proxied.append('acme', [sampleEntry(0)]);
    proxy.swallowAnswers();
    const entry = entryText({ ...sampleEntry(1, { text: 'x'.repeat(900) }) });
    let refused = 0;
    const answers = Array.from({ length: 5_000 }, () =>
      proxied.appendEncoded('acme', [entry]).catch((error: unknown) => {
        refused += 1;
        return error;
      }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(5_000 - refused).toBeLessThanOrEqual(100_000 / entry.length);
    for (const answer of await Promise.all(answers))
      expect(answer).toBeInstanceOf(UnavailableError);
    await close();
  });

  test('a server that is gone rejects at once', async () => {
    const { proxied, proxy, close } = await behindProxy(target.url);
    proxy.refuse();
    await expect(proxied.append('acme', [sampleEntry(0)])).rejects.toBeInstanceOf(UnavailableError);
    await close();
  });

  test('an administrator who ends our connections costs at most the appends under way', async () => {
    await log.append('acme', [sampleEntry(0)]);
    const admin = new pg.Client({ connectionString: target.url });
    await admin.connect();
    const appends = Array.from({ length: 50 }, (_, n) => log.append('acme', [sampleEntry(n)]));
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sallyport-log'`,
    );
    await admin.end();
    const answers = await Promise.allSettled(appends);
    const entries = await readAll(database, reader, 'acme');
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(UnavailableError);
      else for (const { id, index } of answer.value) expect(entries[index]).toMatchObject({ id });
    }
    await expect(log.append('acme', [sampleEntry('after')])).resolves.toHaveLength(1);
    await expectValidTree(database, reader);
  });
});

async function behindProxy(url: string, options: Partial<AuditLogOptions> = {}) {
  const server = new URL(url);
  const proxy = await startFlakyProxy(Number(server.port));
  server.port = String(proxy.port);
  const database = new Database({ url: server.href, poolSize: 2 });
  const proxied = new PostgresAuditLog(database, options);
  const close = async () => {
    await proxied.close();
    await database.close();
    await proxy.close();
  };
  return { proxied, proxy, close };
}
