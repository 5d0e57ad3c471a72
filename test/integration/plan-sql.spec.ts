import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlanRefusal, renderPlan, whyNotFor } from '@sallyport/policy';
import pg from 'pg';
import { type PlanCase, planCase } from '../../libs/policy/test/plan/cases.js';
import { TABLE } from '../../libs/policy/test/plan/world.js';
import { fillDocs, permittedIn } from '../support/plan-docs.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

const CASES = 300;
const SEED = 20_261_127;

describe('a plan as SQL', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let cases: PlanCase[];

  beforeAll(async () => {
    database = await createDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    cases = Array.from({ length: CASES }, (_, index) => planCase(SEED, index, whyNotFor('sql')));
    await fillDocs(client, cases);
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('gives exactly the rows for which a decision permits, NULLs and all', async () => {
    let [mixed, refused] = [0, 0];
    for (const [round, one] of cases.entries()) {
      const { source, rows, plan } = one;
      if (plan instanceof PlanRefusal) {
        refused += 1;
        continue;
      }
      const { filter } = renderPlan(plan, { target: 'sql', table: TABLE, firstParameter: 2 });
      const { text, params } = filter as { text: string; params: unknown[] };
      const found = await client.query<{ id: string }>(
        `SELECT id FROM docs WHERE round = $1 AND ${text}`,
        [round, ...params],
      );
      const got = found.rows.map(({ id }) => id).sort();
      const permitted = permittedIn(one);
      expect({ round, source, text, got }).toEqual({ round, source, text, got: permitted });
      mixed += permitted.length > 0 && permitted.length < rows.length ? 1 : 0;
    }
    expect(mixed).toBeGreaterThan(CASES / 5);
    expect(refused).toBeLessThan(CASES / 5);
  });
});
