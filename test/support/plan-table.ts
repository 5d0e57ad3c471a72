import type { DataTable, Facts, Json, PlanTarget } from '@sallyport/contracts';
import {
  CompiledEngine,
  EntityStore,
  type PolicyPlan,
  type PlanQuestion,
  whyNotFor,
} from '@sallyport/policy';
import type { PrismaClient } from '../../apps/api/src/adapters/postgres/generated/client.js';

/** How many rows plans are asked about. */
export const ROWS = 100_000;
export const TENANT = 'acme';
export const ROW_TYPE = 'entry';

/** The broker's own log records as a data layer would declare them. */
export const TABLE: DataTable = {
  table: 'log_records',
  id: { column: 'id' },
  columns: {
    number: { column: 'entry_index', field: 'index', type: 'long', required: true },
    type: { column: 'type', type: 'string', required: true },
    actor: { column: 'actor', type: 'string', required: true },
    subject: { column: 'subject_id', field: 'subjectId', type: 'string', required: false },
    action: { column: 'action', type: 'string', required: false },
    resourceId: { column: 'resource_id', field: 'resourceId', type: 'string', required: false },
    permitted: { column: 'decision', field: 'decision', type: 'bool', required: false },
    pep: { column: 'pep', type: 'string', required: false },
    reasons: { column: 'reasons', type: 'string', set: true, required: false },
  },
};

/** What ucast-prisma is told about columns whose fields have other names. */
export const TRANSLATIONS = {
  [TABLE.table]: Object.fromEntries(
    Object.values(TABLE.columns).map(({ column, field }) => [column, field ?? column]),
  ),
};

export interface Row {
  readonly id: string;
  readonly attributes: Readonly<Record<string, Json>>;
}

/** Fills the table, a good part of it with NULLs. */
export async function fill(prisma: PrismaClient): Promise<void> {
  await prisma.$executeRawUnsafe(`
    INSERT INTO log_records (tenant_id, entry_index, id, type, time, actor, subject_id, action, resource_id, decision, pep, reasons, links)
    SELECT '${TENANT}', n, 'r' || n, (ARRAY['decision', 'grant.started', 'token.issued'])[1 + n % 3], now(), 'pep:gateway',
      CASE WHEN n % 7 = 0 THEN NULL ELSE 'user' || n % 11 END,
      CASE WHEN n % 5 = 0 THEN NULL ELSE (ARRAY['read', 'write', 'delete'])[1 + n % 3] END,
      CASE WHEN n % 4 = 0 THEN NULL ELSE (ARRAY['a_1', 'a%2', 'ab3'])[1 + n % 3] || n % 13 END,
      CASE WHEN n % 6 = 0 THEN NULL ELSE n % 2 = 0 END,
      CASE WHEN n % 9 = 0 THEN NULL ELSE 'pep' || n % 5 END,
      CASE WHEN n % 8 = 0 THEN NULL WHEN n % 8 = 1 THEN '{}' ELSE ARRAY['reason' || n % 3, 'reason' || n % 4] END,
      '{}'
    FROM generate_series(1, ${String(ROWS)}) AS n`);
}

/** Every row as attributes of a resource, read from the database itself. */
export async function readRows(prisma: PrismaClient): Promise<Row[]> {
  const columns = Object.entries(TABLE.columns).map(
    ([name, { column }]) => `${column} AS "${name}"`,
  );
  const rows = await prisma.$queryRawUnsafe<Record<string, Json | bigint>[]>(
    `SELECT id, ${columns.join(', ')} FROM log_records`,
  );
  return rows.map(({ id, ...attributes }) => ({
    id: id as string,
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        typeof value === 'bigint' ? Number(value) : value,
      ]),
    ),
  }));
}

const facts: Facts = {
  nowMs: Date.parse('2026-03-01T12:00:00Z'),
  authn: { method: 'asserted', verified: false },
  grants: [],
  missing: [],
  registerVersion: 1,
};

/** Policies with a subject, and what they say of a row and of all rows. */
export function asking(source: string, user: string) {
  const entities = new EntityStore();
  entities.put({
    uid: { type: 'user', id: user },
    attrs: { name: user },
    parents: user === 'user1' ? [{ type: 'group', id: 'auditors' }] : [],
  });
  const asked = {
    principal: { ref: { type: 'user', id: user } },
    action: 'read',
    facts,
    actionProperties: undefined,
    request: {},
    entities,
  };
  const policy = new CompiledEngine().load('rows', { files: { 'main.cedar': source } });
  return {
    permits({ id, attributes }: Row): boolean {
      const resource = { ref: { type: ROW_TYPE, id }, trusted: attributes };
      return policy.evaluate({ ...asked, resource }).outcome === 'permit';
    },
    plan(target: PlanTarget, action = 'read'): PolicyPlan {
      const question: PlanQuestion = {
        ...asked,
        action,
        resource: { type: ROW_TYPE, table: TABLE },
        membersOf: (ref) => entities.membersOf(ref),
        whyNot: whyNotFor(target),
      };
      const plan = policy.plan?.(question);
      if (plan === undefined) throw new Error('the compiled engine plans');
      return plan;
    },
  };
}
