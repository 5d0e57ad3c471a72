import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CompactRange } from '@sallyport/audit';
import fc from 'fast-check';
import pg from 'pg';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresLogReader } from '../../apps/api/src/adapters/postgres/log/postgres-log-reader.js';
import { UnavailableError } from '../../apps/api/src/platform/errors.js';
import { sampleEntry } from '../contract/audit-log.contract.js';
import { expectValidTree, readAll } from '../support/log-reading.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

describe('the sequencer in the database', () => {
  let target: TestDatabase;
  let database: Database;
  let log: PostgresAuditLog;

  beforeAll(async () => {
    target = await createDatabase();
    database = new Database({ url: target.url, poolSize: 4 });
    log = new PostgresAuditLog(database);
  });
  afterAll(async () => {
    await log.close();
    await database.close();
    await target.drop();
  });

  async function grown(tree: CompactRange, leaves: readonly Buffer[]): Promise<[Buffer, Buffer]> {
    const { rows } = await database.pool.query<{ frontier: Buffer; root: Buffer }>(
      `SELECT frontier, sallyport_log_root(frontier) AS root
         FROM sallyport_log_grown($1::bigint, $2::bytea, $3::bytea) AS frontier`,
      [tree.size, Buffer.from(tree.toBytes()), Buffer.concat(leaves)],
    );
    const [row] = rows;
    if (!row) throw new Error('a function answers with one row');
    return [row.frontier, row.root];
  }

  test('grows the same tree as the reference, from any size by any number of leaves', async () => {
    const sizes = fc.oneof(
      fc.nat(70),
      fc.nat(1_000),
      // The carry goes through every level below the power of two.
      fc.integer({ min: 1, max: 40 }).map((bits) => 2 ** bits - 1),
      fc.nat(2 ** 48),
    );
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 0, max: 130 }), async (size, count) => {
        const ones = size.toString(2).replaceAll('0', '').length;
        const before = CompactRange.fromBytes(size, randomBytes(32 * ones));
        const leaves = Array.from({ length: count }, () => randomBytes(32));
        const after = before.appendMany(leaves);
        const [frontier, root] = await grown(before, leaves);
        expect(frontier).toEqual(Buffer.from(after.toBytes()));
        expect(root).toEqual(Buffer.from(after.root()));
      }),
      { numRuns: 150 },
    );
  });

  test('many first writers at once make one head', async () => {
    const writers = Array.from({ length: 6 }, () => new PostgresAuditLog(database));
    const indexes = await Promise.all(
      writers.map((writer, n) => writer.append('acme', [sampleEntry(n)])),
    );
    for (const writer of writers) await writer.close();
    expect(indexes.map(([one]) => one?.index).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    await expectValidTree(database, new PostgresLogReader(database));
  });

  test.each([
    ['fewer hashes than entries', 2, 32],
    ['more hashes than entries', 1, 64],
    ['no entry', 0, 0],
  ])('refuses a segment with %s', async (_, added, bytes) => {
    const append = database.rawTx('initech', (tx) =>
      tx.query('SELECT sallyport_log_append($1, $2, $3, $4, 0)', [
        'initech',
        added,
        randomBytes(bytes),
        Buffer.from('entries'),
      ]),
    );
    await expect(append).rejects.toMatchObject({ code: '23514' });
    expect(await readAll(database, new PostgresLogReader(database), 'initech')).toEqual([]);
  });

  test.each([
    ['another root', `root = sha256('other')`],
    ['another frontier', `frontier = sha256('other') || substring(frontier FROM 33)`],
    ['a frontier of another size', 'frontier = substring(frontier FROM 33)'],
  ])('adds nothing to a head with %s', async (what, forged) => {
    const tenant = `forged-${what.replaceAll(' ', '-')}`;
    await log.append(tenant, [sampleEntry(0), sampleEntry(1), sampleEntry(2)]);
    const owner = new pg.Client({ connectionString: target.url });
    await owner.connect();
    await owner.query('ALTER TABLE log_heads DISABLE TRIGGER ALL');
    await owner.query(`UPDATE log_heads SET ${forged} WHERE tenant_id = $1`, [tenant]);
    await owner.query('ALTER TABLE log_heads ENABLE TRIGGER ALL');
    await owner.end();
    await expect(log.append(tenant, [sampleEntry(3)])).rejects.toBeInstanceOf(UnavailableError);
    expect(await readAll(database, new PostgresLogReader(database), tenant)).toHaveLength(3);
  });
});
