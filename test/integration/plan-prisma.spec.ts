import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { PrismaPg } from '@prisma/adapter-pg';
import { prismaGuard, type PrismaGuardOptions, QueryRefusedError } from '@sallyport/pep';
import { renderPlan } from '@sallyport/policy';
import { PrismaClient } from '../../apps/api/src/adapters/postgres/generated/client.js';
import { asking, ROW_TYPE, TABLE, TENANT } from '../support/plan-table.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

const POLICIES = `
@id("own") permit (principal, action == Action::"read", resource) when { resource.subject == principal.name };
@id("open") @obligation("{\\"type\\":\\"mask\\",\\"mask\\":{\\"actor\\":{\\"method\\":\\"partial\\",\\"keepFirst\\":4},\\"pep\\":{\\"method\\":\\"redact\\"}}}")
permit (principal, action == Action::"read", resource) when { resource.type == "open" };
@id("edit") permit (principal, action in [Action::"update", Action::"delete"], resource) when { resource.subject == principal.name };
@id("new") permit (principal, action == Action::"create", resource);
`;

const row = (index: number, more: object) => ({
  tenantId: TENANT,
  index: BigInt(index),
  id: `r${String(index)}`,
  type: 'decision',
  time: new Date(0),
  actor: 'pep:gateway',
  pep: 'gateway',
  reasons: [],
  links: [],
  ...more,
});

describe('a guarded Prisma client', () => {
  let database: TestDatabase;
  let prisma: PrismaClient;

  beforeAll(async () => {
    database = await createDatabase();
    prisma = new PrismaClient({ adapter: new PrismaPg(database.url) });
    await refill();
  });

  afterEach(() => refill());

  afterAll(async () => {
    await prisma.$disconnect();
    await database.drop();
  });

  async function refill(): Promise<void> {
    await prisma.logRecord.deleteMany();
    await prisma.logRecord.createMany({
      data: [
        row(1, { subjectId: 'ann' }),
        row(2, { subjectId: 'bob' }),
        row(3, { subjectId: null }),
        row(4, { subjectId: 'bob', type: 'open' }),
        row(5, { subjectId: 'ann', type: 'open' }),
      ],
    });
  }

  function guarded(options: Partial<PrismaGuardOptions> = {}, source = POLICIES) {
    const { plan } = asking(source, 'ann');
    const guard = prismaGuard({
      plan: async ({ action, target }) => {
        const planned = plan(target, action.name);
        const { obligations } = planned;
        return { ...renderPlan(planned, { target, table: TABLE }), obligations };
      },
      models: { LogRecord: { type: ROW_TYPE } },
      open: ['Tenant'],
      ...options,
    });
    return guard(prisma);
  }

  const numbers = (rows: readonly { readonly index: bigint }[]) =>
    rows.map(({ index }) => Number(index)).sort();
  const key = (index: number) => ({ tenantId_index: { tenantId: TENANT, index: BigInt(index) } });

  it('finds only the rows of the plan, whatever its caller asks for', async () => {
    const client = guarded();
    expect(numbers(await client.logRecord.findMany())).toEqual([1, 4, 5]);
    const wide = { OR: [{ type: 'decision' }, { index: { gte: 0 } }] };
    expect(numbers(await client.logRecord.findMany({ where: wide }))).toEqual([1, 4, 5]);
    expect(numbers(await client.logRecord.findMany({ where: { type: 'decision' } }))).toEqual([1]);
    expect(
      await client.logRecord.findFirst({ where: { subjectId: 'bob', type: 'decision' } }),
    ).toBeNull();
    expect(await client.logRecord.findUnique({ where: key(2) })).toBeNull();
    expect(await client.logRecord.findUnique({ where: key(1) })).toMatchObject({ id: 'r1' });
    await expect(client.logRecord.findUniqueOrThrow({ where: key(2) })).rejects.toThrow(
      'not found',
    );
    expect(await client.logRecord.count()).toBe(3);
    expect(await client.logRecord.aggregate({ _max: { index: true } })).toEqual({
      _max: { index: 5n },
    });
    const groups = await client.logRecord.groupBy({
      by: ['type'],
      _count: { _all: true },
      orderBy: { type: 'asc' },
    });
    expect(groups).toEqual([
      { type: 'decision', _count: { _all: 1 } },
      { type: 'open', _count: { _all: 2 } },
    ]);
  });

  it('masks fields in the rows whose permit says so, and where it can not tell', async () => {
    const client = guarded();
    const rows = await client.logRecord.findMany({ orderBy: { index: 'asc' } });
    expect(rows.map(({ actor, pep }) => [actor, pep])).toEqual([
      ['pep:gateway', 'gateway'],
      ['pep:*******', null],
      ['pep:*******', null],
    ]);
    // The condition of the mask looks at the type, which is not here.
    const narrow = await client.logRecord.findMany({ where: { index: 1 }, select: { pep: true } });
    expect(narrow).toEqual([{ pep: null }]);
  });

  it('lets nobody learn by searching, sorting or counting what is masked', async () => {
    const { logRecord } = guarded();
    const probes = [
      () => logRecord.findMany({ where: { NOT: { OR: [{ pep: { startsWith: 'g' } }] } } }),
      () => logRecord.findMany({ where: { actor: { equals: prisma.logRecord.fields.pep } } }),
      () => logRecord.findMany({ orderBy: [{ pep: 'asc' }] }),
      () => logRecord.findMany({ distinct: ['pep'] }),
      () => logRecord.aggregate({ _min: { pep: true } }),
      () => logRecord.groupBy({ by: ['pep'] }),
      () => logRecord.count({ select: { pep: true } }),
    ];
    for (const probe of probes) await expect(probe()).rejects.toThrow(/is masked/);
  });

  it('writes only rows of the plan for the write, and makes rows only where all are allowed', async () => {
    const client = guarded();
    expect(await client.logRecord.updateMany({ data: { action: 'x' } })).toEqual({ count: 2 });
    await expect(
      client.logRecord.update({ where: key(2), data: { action: 'y' } }),
    ).rejects.toThrow();
    expect(await client.logRecord.update({ where: key(5), data: { action: 'y' } })).toMatchObject({
      pep: null,
    });
    await expect(client.logRecord.delete({ where: key(3) })).rejects.toThrow();
    expect(await client.logRecord.deleteMany()).toEqual({ count: 2 });
    expect(numbers(await prisma.logRecord.findMany())).toEqual([2, 3, 4]);
    expect(await client.logRecord.createMany({ data: [row(6, {})] })).toEqual({ count: 1 });
    const some = 'permit (principal, action, resource) when { resource.type == "open" };';
    const limited = guarded({}, `@id("some") ${some}`);
    await expect(limited.logRecord.create({ data: row(7, { type: 'open' }) })).rejects.toThrow(
      QueryRefusedError,
    );
  });

  it('refuses what no filter goes into', async () => {
    const client = guarded();
    const refused = [
      () => client.$queryRaw`SELECT 1`,
      () => client.$executeRawUnsafe('SELECT 1'),
      () => client.grant.findMany(),
      () => client.logRecord.upsert({ where: key(1), create: row(1, {}), update: {} }),
    ];
    for (const query of refused) await expect(query()).rejects.toThrow(QueryRefusedError);
    expect(await client.tenant.count()).toBe(0);
  });

  it('refuses to look into other models, in every place where a query could', async () => {
    const client = guarded({ models: { AccessRequest: { type: ROW_TYPE } } });
    const { accessRequest } = client;
    const refused = [
      () => accessRequest.findMany({ include: { reviews: true } }),
      () => accessRequest.findMany({ select: { id: true, reviews: { select: { id: true } } } }),
      () => accessRequest.findMany({ where: { AND: [{ reviews: { some: {} } }] } }),
      () => accessRequest.findMany({ orderBy: { reviews: { _count: 'asc' } } }),
      () => accessRequest.findMany({ include: { _count: true } }),
      () => accessRequest.updateMany({ where: { NOT: { reviews: { none: {} } } }, data: {} }),
    ];
    for (const query of refused) await expect(query()).rejects.toThrow(/in a query of its own/);
  });

  it.each([
    ['no plan is to be had', () => Promise.reject(new Error('no broker'))],
    ['the plan is of no known kind', () => Promise.resolve({ kind: 'sometimes' as never })],
    ['a conditional plan has no filter', () => Promise.resolve({ kind: 'conditional' as const })],
    ...[{}, { AND: [{ OR: [] }] }, { NOT: {} }, { id: {} }, { id: undefined }].map(
      (filter) =>
        [
          `its filter is ${inspect(filter)}, which Prisma takes for everything`,
          () => Promise.resolve({ kind: 'conditional' as const, filter }),
        ] as const,
    ),
    [
      'its masks are none',
      () => Promise.resolve({ kind: 'always_allowed' as const, masks: 'all' }),
    ],
    [
      'nobody fulfils its obligations',
      () =>
        Promise.resolve({
          kind: 'always_allowed' as const,
          obligations: [{ id: 'p', type: 'notify' }],
        }),
    ],
  ])('runs no query where %s', async (_, plan) => {
    await expect(guarded({ plan }).logRecord.findMany()).rejects.toThrow();
  });

  it('gives nothing where everything is denied', async () => {
    const client = guarded({ plan: () => Promise.resolve({ kind: 'always_denied' }) });
    expect(await client.logRecord.findMany()).toEqual([]);
    expect(await client.logRecord.count()).toBe(0);
    expect(await client.logRecord.updateMany({ data: { action: 'x' } })).toEqual({ count: 0 });
  });
});
