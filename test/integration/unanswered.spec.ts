import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UnansweredError } from '../../apps/api/src/adapters/postgres/answer-of.js';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { type FlakyProxy, startFlakyProxy } from '../support/flaky-proxy.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

const NOW = { text: 'SELECT now()' };

describe('a server that is no longer there to answer', () => {
  let target: TestDatabase;
  let proxy: FlakyProxy;
  let database: Database;

  beforeEach(async () => {
    target = await createDatabase();
    const server = new URL(target.url);
    proxy = await startFlakyProxy(Number(server.port));
    server.port = String(proxy.port);
    database = new Database({ url: server.href, poolSize: 3, statementTimeoutMs: 100 });
  });
  afterEach(async () => {
    proxy.cut();
    await database.close();
    await proxy.close();
    await target.drop();
  });

  test('is given up on in time, the connections with it, and asked again on new ones', async () => {
    await Promise.all([database.ping(), database.ping(), database.ping()]);
    proxy.swallowAnswers();
    const started = performance.now();
    const answers = await Promise.allSettled([
      database.rawTx('acme', (tx) => tx.query(NOW.text)),
      database.read(NOW, 500),
      database.tenantVersions(),
    ]);
    expect(performance.now() - started).toBeLessThan(8_000);
    for (const answer of answers)
      expect(answer.status === 'rejected' && answer.reason).toBeInstanceOf(UnansweredError);
    expect(database.pool.totalCount).toBe(0);
    proxy.cut();
    expect(await database.read(NOW)).toHaveLength(1);
  });
});
