import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { entryText } from '@sallyport/audit';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresLogReader } from '../../apps/api/src/adapters/postgres/log/postgres-log-reader.js';
import type { LoggedEntry } from '../../apps/api/src/evidence/audit-log.ports.js';
import { AuditLogFake } from '../../apps/api/src/evidence/audit-log.fake.js';
import { UnavailableError } from '../../apps/api/src/platform/errors.js';
import { auditLogContract, sampleEntry } from '../contract/audit-log.contract.js';
import { expectValidTree, readAll } from '../support/log-reading.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

auditLogContract('the fake', () => {
  const log = new AuditLogFake();
  return Promise.resolve({
    log,
    entries: (tenantId) => Promise.resolve(log.entries(tenantId)),
    transaction: (tenantId, work) => log.transaction(tenantId, work),
    close: () => Promise.resolve(),
  });
});

for (const transactions of ['rawTx', 'tenantTx'] as const) {
  auditLogContract(`Postgres with ${transactions}`, async () => {
    const { url, drop } = await createDatabase();
    const database = new Database({ url, poolSize: 4 });
    const log = new PostgresAuditLog(database);
    const reader = new PostgresLogReader(database);
    return {
      log,
      entries: (tenantId) => readAll(database, reader, tenantId),
      transaction: (tenantId, work) => database[transactions](tenantId, work),
      close: async () => {
        await log.close();
        await database.close();
        await drop();
      },
    };
  });
}

describe('the log in Postgres', () => {
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

  test('two processes and the control plane appending at once keep one dense, valid tree', async () => {
    const otherDatabase = new Database({ url: target.url, poolSize: 2 });
    const other = new PostgresAuditLog(otherDatabase);
    const appends = Array.from({ length: 300 }, async (_, n) => {
      // In waves, so that the processes take turns.
      await new Promise((resolve) => setTimeout(resolve, n % 30));
      if (n % 10 !== 0) return (n % 2 ? log : other).append('acme', [sampleEntry(n)]);
      return database.tenantTx('acme', (tx) => log.appendWithin(tx, [sampleEntry(n)]));
    });
    const logged = (await Promise.all(appends)).flat();
    await other.close();
    await otherDatabase.close();

    expect(logged.map(({ index }) => index).sort((a, b) => a - b)).toEqual([...Array(300).keys()]);
    const entries = await readAll(database, reader, 'acme');
    for (const { id, index } of logged) expect(entries[index]).toMatchObject({ id });
    await expectValidTree(database, reader);
  });

  test('writes that follow one another unanswered lose nothing when others write between them', async () => {
    let [asked, over] = [0, false];
    const logged: LoggedEntry[] = [];
    const callers = Array.from({ length: 40 }, async () => {
      while (!over) logged.push(...(await log.append('acme', [sampleEntry(asked++)])));
    });
    for (let n = 0; n < 25; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const entries = [sampleEntry(`between-${n}`)];
      logged.push(...(await database.tenantTx('acme', (tx) => log.appendWithin(tx, entries))));
    }
    over = true;
    await Promise.all(callers);

    const entries = await readAll(database, reader, 'acme');
    expect(entries).toHaveLength(logged.length);
    for (const { id, index } of logged) expect(entries[index]).toMatchObject({ id });
    await expectValidTree(database, reader);
  });

  test('three processes at once get on at the same pace, and share one dense, valid tree', async () => {
    const writers = Array.from({ length: 3 }, () => {
      const own = new Database({ url: target.url, poolSize: 2 });
      const indexes: number[] = [];
      return { own, writer: new PostgresAuditLog(own), indexes };
    });
    const until = performance.now() + 2_000;
    const callers = writers.flatMap((one, process) =>
      Array.from({ length: 16 }, async (_, caller) => {
        for (let n = 0; performance.now() < until; n += 1) {
          const entry = sampleEntry([process, caller, n].join('.'));
          one.indexes.push(await one.writer.appendEncoded('acme', [entryText({ ...entry })]));
        }
      }),
    );
    await Promise.all(callers);
    for (const { own, writer } of writers) {
      await writer.close();
      await own.close();
    }
    const total = writers.flatMap(({ indexes }) => indexes).sort((a, b) => a - b);
    expect(total).toEqual([...total.keys()]);
    for (const { indexes } of writers) expect(indexes.length).toBeGreaterThan(total.length / 3 / 3);
    await expectValidTree(database, reader);
  });

  test('a full queue refuses at once instead of growing', async () => {
    const small = new PostgresAuditLog(database, { maxQueuedEntries: 10 });
    const appends = Array.from({ length: 12 }, (_, n) => small.append('acme', [sampleEntry(n)]));
    const answers = await Promise.allSettled(appends);
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(answers.at(-1)).toMatchObject({ reason: expect.any(UnavailableError) });
    expect(await readAll(database, reader, 'acme')).toHaveLength(10);
    await small.close();
  });

  test('closing writes what waits and refuses what comes later', async () => {
    const waiting = log.append('acme', [sampleEntry(0)]);
    await log.close();
    await expect(waiting).resolves.toEqual([{ id: 'entry-0', index: 0 }]);
    await expect(log.append('acme', [sampleEntry(1)])).rejects.toBeInstanceOf(UnavailableError);
  });

  test('a writer that holds the head lets nobody overtake, and the append after it follows on', async () => {
    const order: string[] = [];
    const slow = database.rawTx('acme', async (tx) => {
      await log.appendWithin(tx, [sampleEntry('slow')]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      order.push('slow');
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [fast] = await log.append('acme', [sampleEntry('fast')]);
    order.push('fast');
    await slow;
    expect(order).toEqual(['slow', 'fast']);
    expect(fast?.index).toBe(1);
  });
});
