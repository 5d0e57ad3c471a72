import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlanRefusal, renderPlan, whyNotFor } from '@sallyport/policy';
import pg from 'pg';
import { type PlanCase, planCase } from '../../libs/policy/test/plan/cases.js';
import { type Row, TABLE } from '../../libs/policy/test/plan/world.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

const CASES = 300;
const SEED = 20_261_127;
const COLUMNS: Readonly<Record<string, string>> = {
  kind: 'text NOT NULL',
  rank: 'integer NOT NULL',
  name: 'text',
  level: 'integer',
  score: 'bigint',
  active: 'boolean',
  created: 'timestamptz(3)',
  price: 'numeric(20, 4)',
  owner: 'text',
  folder: 'text',
  tags: 'text[]',
  readers: 'text[]',
};

describe('a plan as SQL', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let cases: PlanCase[];

  beforeAll(async () => {
    database = await createDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const columns = Object.entries(COLUMNS).map(([name, type]) => `${columnOf(name)} ${type}`);
    await client.query(`CREATE TABLE docs (round integer, id text, ${columns.join(', ')})`);
    cases = Array.from({ length: CASES }, (_, index) => planCase(SEED, index, whyNotFor('sql')));
    for (const [round, { rows }] of cases.entries()) {
      for (const row of rows) await insert(client, round, row);
    }
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('gives exactly the rows for which a decision permits, NULLs and all', async () => {
    let [mixed, refused] = [0, 0];
    for (const [round, { source, rows, plan, decisions }] of cases.entries()) {
      if (plan instanceof PlanRefusal) {
        refused += 1;
        continue;
      }
      const filter = renderPlan(plan, { target: 'sql', table: TABLE, firstParameter: 2 }).filter;
      const { text, params } = filter as { text: string; params: unknown[] };
      const found = await client.query<{ id: string }>(
        `SELECT id FROM docs WHERE round = $1 AND ${text}`,
        [round, ...params],
      );
      const got = found.rows.map(({ id }) => id).sort();
      const permitted = rows.filter((_, at) => decisions[at]?.permitted).map(({ $id }) => $id);
      expect({ round, source, text, got }).toEqual({ round, source, text, got: permitted.sort() });
      mixed += permitted.length > 0 && permitted.length < rows.length ? 1 : 0;
    }
    expect(mixed).toBeGreaterThan(CASES / 5);
    expect(refused).toBeLessThan(CASES / 5);
  });
});

function columnOf(attribute: string): string {
  return TABLE.columns[attribute]?.column ?? attribute;
}

async function insert(client: pg.Client, round: number, { $id, ...row }: Row): Promise<void> {
  const names = Object.keys(row).map(columnOf);
  const places = names.map((_, at) => `$${String(at + 3)}`);
  await client.query(
    `INSERT INTO docs (round, id, ${names.join(', ')}) VALUES ($1, $2, ${places.join(', ')})`,
    [round, $id, ...Object.values(row)],
  );
}
