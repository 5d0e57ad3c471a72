import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { sampleEntry } from '../contract/audit-log.contract.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

describe('the database itself', () => {
  let target: TestDatabase;
  let database: Database;
  let log: PostgresAuditLog;

  beforeAll(async () => {
    target = await createDatabase();
    database = new Database({ url: target.url, poolSize: 2 });
    log = new PostgresAuditLog(database);
    await log.append('acme', [sampleEntry(0), sampleEntry(1)]);
  });
  afterAll(async () => {
    await log.close();
    await database.close();
    await target.drop();
  });

  test.each([
    `UPDATE log_segments SET entries = ''`,
    'DELETE FROM log_segments',
    'TRUNCATE log_segments',
    'DELETE FROM log_heads',
    'UPDATE log_heads SET size = 1',
    `UPDATE log_checkpoints SET note = ''`,
    'DELETE FROM log_checkpoints',
    'DELETE FROM log_tiles',
    'UPDATE log_tiles SET level = 1',
    'DELETE FROM log_tile_runs',
    'UPDATE log_tile_runs SET level = 1',
  ])('refuses %s from the application', async (statement) => {
    await expect(database.rawTx('acme', (tx) => tx.query(statement))).rejects.toMatchObject({
      code: '42501',
    });
  });

  test.each([
    `UPDATE log_segments SET entries = ''`,
    'DELETE FROM log_segments',
    'TRUNCATE log_segments',
  ])('refuses %s even from its owner, while the triggers stand', async (statement) => {
    const owner = new pg.Client({ connectionString: target.url });
    await owner.connect();
    await expect(owner.query(statement)).rejects.toThrow('append-only');
    await owner.end();
  });

  test("shows another tenant none of the log's rows and lets it write none", async () => {
    const tables = ['log_heads', 'log_segments'];
    for (const table of tables) {
      const rows = await database.rawTx('globex', (tx) => tx.query(`SELECT * FROM ${table}`));
      expect(rows).toEqual([]);
      const own = await database.rawTx('acme', (tx) => tx.query(`SELECT * FROM ${table}`));
      expect(own.length).toBeGreaterThan(0);
    }
    const forged = database.rawTx('globex', (tx) =>
      tx.query(
        `INSERT INTO log_heads (tenant_id, size, root, frontier) VALUES ('initech', 0, '', '')`,
      ),
    );
    await expect(forged).rejects.toMatchObject({ code: '42501' });
  });
});
