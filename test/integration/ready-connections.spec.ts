import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { readNoTiles, readTiles } from '../../apps/api/src/adapters/postgres/log/tile-reads.js';
import type { ReadyOptions } from '../../apps/api/src/adapters/postgres/ready-connections.js';
import { until } from '../support/eventually.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

jest.setTimeout(30_000);

const RUN = `SELECT generic_plans + custom_plans AS runs FROM pg_prepared_statements WHERE name = 'log_parts'`;

describe('the connections that are kept ready', () => {
  let target: TestDatabase;
  let owner: pg.Client;
  let database: Database;

  beforeEach(async () => {
    target = await createDatabase();
    owner = new pg.Client({ connectionString: target.url });
    await owner.connect();
  });
  afterEach(async () => {
    await database.close();
    await owner.end();
    await target.drop();
  });

  const open = (ready: Partial<ReadyOptions> = {}) => {
    const options = { count: 2, use: readNoTiles, pauseMs: 50, ...ready };
    database = new Database({ url: target.url, poolSize: 4, ready: options });
  };
  const areIdle = (count: number) => until(() => database.pool.idleCount === count);
  /** How often each that is idle has read tiles. */
  const readings = async () => {
    const idle = Array.from({ length: database.pool.idleCount }, () => database.pool.connect());
    const clients = await Promise.all(idle);
    const found = await Promise.all(clients.map((client) => client.query<{ runs: bigint }>(RUN)));
    for (const client of clients) client.release();
    return found.map(({ rows }) => Number(rows[0]?.runs));
  };
  // Among all: while some are asked, others are made ready, and the pool hands out the last that came back.
  const areTwoReady = async () => (await readings()).filter((runs) => runs === 1).length >= 2;

  test('have read tiles before anybody does, by the statement of the proofs, and stay', async () => {
    open();
    await areIdle(2);
    expect(await readings()).toEqual([1, 1]);
    expect(database.pool.options.min).toBe(2);
    await readTiles(database, 'acme', [{ level: 0, index: 0, width: 256, part: 16 }]);
    expect((await readings()).sort()).toEqual([1, 2]);
    expect(database.pool.totalCount).toBe(2);
  });

  test('are replaced when they are lost', async () => {
    open();
    await areIdle(2);
    const removed = jest.fn();
    database.pool.on('remove', removed);
    await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await until(() => removed.mock.calls.length >= 2);
    await until(areTwoReady);
  });

  test('are replaced in a pool that loses one after the other', async () => {
    let made = 0;
    open({
      pauseMs: 300,
      use: (client) => {
        made += 1;
        return readNoTiles(client);
      },
    });
    await areIdle(2);
    for (const endsAt = performance.now() + 1_500; performance.now() < endsAt; await sleep(20))
      (await database.pool.connect()).release(true);
    expect(made).toBeGreaterThan(2);
  });

  test('are not missed where they cannot be made ready, and are tried again', async () => {
    let tries = 0;
    const use = (client: pg.ClientBase) => {
      tries += 1;
      return tries > 4 ? readNoTiles(client) : client.query('SELECT no_such_function()');
    };
    open({ use });
    for (let n = 0; n < 20; n += 1) await database.ping();
    await until(() => tries > 5);
    await until(() => database.pool.idleCount === database.pool.totalCount);
    const enough = tries;
    await sleep(300);
    expect(tries).toBe(enough);
    expect(database.pool.totalCount).toBeGreaterThanOrEqual(2);
  });

  test('hold nobody up while a migration holds what they read', async () => {
    await owner.query('BEGIN');
    await owner.query('LOCK TABLE log_tiles IN ACCESS EXCLUSIVE MODE');
    open();
    const started = performance.now();
    await Promise.all([database.ping(), database.ping()]);
    expect(performance.now() - started).toBeLessThan(4_000);
    // Their reading is given up, and the connections with it.
    const removed = jest.fn();
    database.pool.on('remove', removed);
    await until(() => removed.mock.calls.length >= 2, 10_000);
    await owner.query('COMMIT');
    await until(areTwoReady, 10_000);
  });
});
