import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ucastToPrisma } from '@open-policy-agent/ucast-prisma';
import { PrismaPg } from '@prisma/adapter-pg';
import type { DataTable } from '@sallyport/contracts';
import { PlanRefusal, renderPlan, whyNotFor } from '@sallyport/policy';
import pg from 'pg';
import { planCase } from '../../libs/policy/test/plan/cases.js';
import { TABLE } from '../../libs/policy/test/plan/world.js';
import { fillDocs, permittedIn } from '../support/plan-docs.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

jest.setTimeout(300_000);

const CASES = 200;
const SEED = 20_261_128;
const ROOT = new URL('../../', import.meta.url);

/** As much of a generated client as is used: its code is made by this test. */
interface DocsClient {
  readonly doc: { findMany(args: object): Promise<{ readonly id: string }[]> };
  $disconnect(): Promise<void>;
}

const TRANSLATIONS = {
  [TABLE.table]: Object.fromEntries(
    Object.values<DataTable['columns'][string]>(TABLE.columns).map(({ column, field }) => [
      column,
      field ?? column,
    ]),
  ),
};

describe('a plan as a where of Prisma', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let prisma: DocsClient;

  beforeAll(async () => {
    const schema = fileURLToPath(new URL('test/support/docs.prisma', ROOT));
    const tool = fileURLToPath(new URL('tools/generate.mjs', ROOT));
    const made = spawnSync(process.execPath, [tool, '--schema', schema], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    if (made.status !== 0) throw new Error(made.stderr);
    const generated = (await import(new URL('var/docs-client/client.ts', ROOT).href)) as {
      PrismaClient: new (options: object) => DocsClient;
    };
    database = await createDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    prisma = new generated.PrismaClient({ adapter: new PrismaPg(database.url) });
  });

  afterAll(async () => {
    await prisma.$disconnect();
    await client.end();
    await database.drop();
  });

  it.each([
    ['of our own', 'prisma', (filter: object) => filter],
    [
      'by ucast-prisma',
      'ucast',
      (filter: object) => ucastToPrisma(filter, TABLE.table, { translations: TRANSLATIONS }),
    ],
  ] as const)(
    '%s gives exactly the rows for which a decision permits',
    async (_, target, whereOf) => {
      const cases = Array.from({ length: CASES }, (__, index) =>
        planCase(SEED, index, whyNotFor(target)),
      );
      await client.query('DROP TABLE IF EXISTS docs');
      await fillDocs(client, cases);
      let mixed = 0;
      for (const [round, one] of cases.entries()) {
        const { source, rows, plan } = one;
        if (plan instanceof PlanRefusal) continue;
        const { kind, filter } = renderPlan(plan, { target, table: TABLE });
        // UCAST says nothing where the kind says it all.
        if (filter === undefined) continue;
        const where = { AND: [{ round }, whereOf(filter)] };
        const found = await prisma.doc.findMany({ where, select: { id: true } });
        const got = found.map(({ id }) => id).sort();
        const permitted = permittedIn(one);
        expect({ round, source, kind, where, got }).toEqual({
          round,
          source,
          kind,
          where,
          got: permitted,
        });
        mixed += permitted.length > 0 && permitted.length < rows.length ? 1 : 0;
      }
      expect(mixed).toBeGreaterThan(CASES / 10);
    },
  );
});
