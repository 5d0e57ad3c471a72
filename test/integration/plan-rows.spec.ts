import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ucastToPrisma } from '@open-policy-agent/ucast-prisma';
import { PrismaPg } from '@prisma/adapter-pg';
import type { PlanTarget } from '@sallyport/contracts';
import { renderPlan } from '@sallyport/policy';
import { PrismaClient } from '../../apps/api/src/adapters/postgres/generated/client.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import {
  asking,
  fill,
  readRows,
  type Row,
  ROWS,
  TABLE,
  TRANSLATIONS,
} from '../support/plan-table.js';

jest.setTimeout(300_000);

const BASIC = `
@id("auditors") permit (principal in group::"auditors", action == Action::"read", resource is entry)
when { resource.type == "decision" && resource has permitted && !resource.permitted };
@id("own") permit (principal, action == Action::"read", resource) when { resource.subject == principal.name };
@id("listed") permit (principal, action, resource)
when { ["pep1", "pep3"].contains(resource.pep) } unless { resource has action && resource.action == "delete" };
@id("hidden") forbid (principal, action, resource) when { resource.number >= 90000 && !(resource.subject like "user1*") };
@id("failing") forbid (principal, action, resource) when { resource.resourceId == "ab30" || resource.action == "write" && resource.number < 1000 };
@id("single") forbid (principal, action, resource == entry::"r77");
`;
const WITH_SETS = `${BASIC}
@id("reasons") permit (principal, action, resource) when { resource.reasons.contains("reason2") && resource.reasons.containsAny(["reason0", "reason1"]) };
@id("none") forbid (principal, action, resource) when { resource.reasons.isEmpty() && resource.permitted };
`;
const SQL_ONLY = `${WITH_SETS}
@id("pattern") forbid (principal, action, resource) when { resource.resourceId like "a%*1*" };
@id("few") forbid (principal, action, resource) when { ["reason1", "reason3", "reason0"].containsAll(resource.reasons) && resource.actor == resource.pep };
@id("twice") permit (principal, action, resource) when { resource.subject != resource.pep && resource.number <= 50 };
`;

describe(`a plan over ${ROWS.toLocaleString('en')} rows of PostgreSQL`, () => {
  let database: TestDatabase;
  let prisma: PrismaClient;
  let rows: Row[];

  beforeAll(async () => {
    database = await createDatabase();
    prisma = new PrismaClient({ adapter: new PrismaPg(database.url) });
    await fill(prisma);
    rows = await readRows(prisma);
  });

  afterAll(async () => {
    await prisma.$disconnect();
    await database.drop();
  });

  const readers: [string, PlanTarget, string, (filter: never) => Promise<string[]>][] = [
    ['@open-policy-agent/ucast-prisma', 'ucast', BASIC, byUcast],
    ['Prisma', 'prisma', WITH_SETS, byPrisma],
    ['SQL', 'sql', SQL_ONLY, bySql],
  ];

  it.each(
    readers.flatMap(([name, ...rest]) =>
      ['user1', 'user2'].map((user) => [name, user, ...rest] as const),
    ),
  )(
    '%s gives %s exactly the rows that a decision about each of them permits',
    async (_, user, target, source, find) => {
      const { permits, plan } = asking(source, user);
      const planned = plan(target);
      expect(planned.kind).toBe('conditional');
      const { filter } = renderPlan(planned, { target, table: TABLE });
      const found = new Set(await find(filter as never));
      const wrong = rows.filter((row) => permits(row) !== found.has(row.id)).map(({ id }) => id);
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(rows).toHaveLength(ROWS);
      expect(found.size).toBeGreaterThan(1_000);
      expect(found.size).toBeLessThan(ROWS - 1_000);
    },
  );

  async function byUcast(filter: Record<string, unknown>): Promise<string[]> {
    return byPrisma(ucastToPrisma(filter, TABLE.table, { translations: TRANSLATIONS }));
  }

  async function byPrisma(where: object): Promise<string[]> {
    const found = await prisma.logRecord.findMany({
      where: { AND: [{}, where] },
      select: { id: true },
    });
    return found.map(({ id }) => id);
  }

  async function bySql({ text, params }: { text: string; params: unknown[] }): Promise<string[]> {
    const found = await prisma.$queryRawUnsafe<{ id: string }[]>(
      `SELECT id FROM log_records WHERE ${text}`,
      ...params,
    );
    return found.map(({ id }) => id);
  }
});
