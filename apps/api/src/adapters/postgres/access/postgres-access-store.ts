import type { AccessRuleDefinition, LogEntry } from '@sallyport/contracts';
import type { AccessRule } from '@sallyport/grants';
import {
  AccessStore,
  type GrantQuery,
  type Page,
  type PageQuery,
  type RequestQuery,
  type RequestTransition,
  type StoredGrant,
  type StoredRequest,
} from '../../../access/access.ports.js';
import type { AuditLog } from '../../../evidence/audit-log.ports.js';
import { BadRequestError, ConflictError } from '../../../platform/errors.js';
import { accessRuleOf } from '../../../registers/access-rule-of.js';
import type { Database, PrismaTenantTx } from '../database.js';
import type { Prisma } from '../generated/client.js';
import { decodeCursor, encodeCursor, grantData, toGrant, toRequest } from './access-rows.js';

const OPEN_STATES = ['scheduled', 'active'];
const MAX_PAGE = 200;
const withReviews = { reviews: { orderBy: { at: 'asc' } } } as const;

/** Requests, reviews and grants in Postgres, through Prisma. */
export class PostgresAccessStore extends AccessStore {
  constructor(
    private readonly database: Database,
    private readonly log: AuditLog,
  ) {
    super();
  }

  async findRequest(tenantId: string, id: string): Promise<StoredRequest | undefined> {
    const row = await this.database.tenantTx(tenantId, ({ prisma }) =>
      prisma.accessRequest.findUnique({
        where: { tenantId_id: { tenantId, id } },
        include: withReviews,
      }),
    );
    return row === null ? undefined : toRequest(row);
  }

  async findRule(tenantId: string, id: string, version: string): Promise<AccessRule | undefined> {
    const row = await this.database.tenantTx(tenantId, ({ prisma }) =>
      prisma.accessRule.findUnique({
        where: { tenantId_id_version: { tenantId, id, version: Number(version) } },
      }),
    );
    return row === null ? undefined : accessRuleOf(row.rule as unknown as AccessRuleDefinition);
  }

  async findGrant(tenantId: string, id: string): Promise<StoredGrant | undefined> {
    const row = await this.database.tenantTx(tenantId, ({ prisma }) =>
      prisma.grant.findUnique({ where: { tenantId_id: { tenantId, id } } }),
    );
    return row === null ? undefined : toGrant(row);
  }

  async findGrantOfRequest(tenantId: string, requestId: string): Promise<StoredGrant | undefined> {
    const row = await this.database.tenantTx(tenantId, ({ prisma }) =>
      prisma.grant.findFirst({ where: { tenantId, requestId } }),
    );
    return row === null ? undefined : toGrant(row);
  }

  async listRequests(tenantId: string, query: RequestQuery): Promise<Page<StoredRequest>> {
    const rows = await this.database.tenantTx(tenantId, ({ prisma }) =>
      prisma.accessRequest.findMany({
        where: { AND: [requestWhere(tenantId, query), afterWhere(query, 'createdAt')] },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: pageSize(query) + 1,
        include: withReviews,
      }),
    );
    return pageOf(rows.map(toRequest), pageSize(query), (request) => request.createdAtMs);
  }

  async countRequests(
    tenantId: string,
    query: Omit<RequestQuery, 'first' | 'after'>,
  ): Promise<number> {
    return this.database.tenantTx(tenantId, ({ prisma }) =>
      prisma.accessRequest.count({ where: requestWhere(tenantId, query) }),
    );
  }

  async listGrants(tenantId: string, query: GrantQuery): Promise<Page<StoredGrant>> {
    const rows = await this.database.tenantTx(tenantId, ({ prisma }) =>
      prisma.grant.findMany({
        where: { AND: [grantWhere(tenantId, query), afterWhere(query, 'startsAt')] },
        orderBy: [{ startsAt: 'desc' }, { id: 'desc' }],
        take: pageSize(query) + 1,
      }),
    );
    return pageOf(rows.map(toGrant), pageSize(query), (grant) => grant.startsAtMs);
  }

  async addRequest(
    tenantId: string,
    request: StoredRequest,
    entries: readonly LogEntry[],
  ): Promise<void> {
    await this.database.tenantTx(tenantId, async (tx) => {
      await tx.prisma.accessRequest.create({
        data: {
          tenantId,
          id: request.id,
          ruleId: request.ruleId,
          ruleVersion: Number(request.ruleVersion),
          requesterType: request.requesterType,
          requesterId: request.requesterId,
          reason: request.reason,
          requestedDurationSeconds: request.requestedDurationSeconds,
          state: request.state,
          createdAt: new Date(request.createdAtMs),
          deadlineAt: new Date(request.deadlineAtMs),
          version: request.version,
        },
      });
      await this.log.appendWithin(tx, entries);
    });
  }

  async moveRequest(
    tenantId: string,
    transition: RequestTransition,
    entries: readonly LogEntry[],
  ): Promise<void> {
    const { before, after, review, grant } = transition;
    await this.database.tenantTx(tenantId, async (tx) => {
      const { count } = await tx.prisma.accessRequest.updateMany({
        where: { tenantId, id: before.id, version: before.version, state: before.state },
        data: {
          state: after.state,
          version: after.version,
          decidedAt: after.decidedAtMs === undefined ? null : new Date(after.decidedAtMs),
        },
      });
      if (count !== 1)
        throw new ConflictError('Somebody else decided this request a moment ago.', {
          reason: 'stale',
        });
      if (review) await addReview(tx, before.id, review);
      if (grant) await tx.prisma.grant.create({ data: grantData(tenantId, grant) });
      await this.log.appendWithin(tx, entries);
    });
  }

  async moveGrant(
    tenantId: string,
    before: StoredGrant,
    after: StoredGrant,
    entries: readonly LogEntry[],
  ): Promise<void> {
    await this.database.tenantTx(tenantId, async (tx) => {
      const { count } = await tx.prisma.grant.updateMany({
        where: { tenantId, id: before.id, version: before.version, state: before.state },
        data: {
          state: after.state,
          version: after.version,
          endedAt: after.endedAtMs === undefined ? null : new Date(after.endedAtMs),
          endedBy: after.endedBy ?? null,
          endReason: after.endReason ?? null,
        },
      });
      if (count !== 1) throw new ConflictError('The grant has already ended.', { reason: 'stale' });
      await this.log.appendWithin(tx, entries);
    });
  }

  async overdue(tenantId: string, nowMs: number, limit: number) {
    const now = new Date(nowMs);
    return this.database.tenantTx(tenantId, async ({ prisma }) => {
      const grants = await prisma.grant.findMany({
        where: { tenantId, state: { in: OPEN_STATES }, endsAt: { lte: now } },
        orderBy: { endsAt: 'asc' },
        take: limit,
      });
      const requests = await prisma.accessRequest.findMany({
        where: { tenantId, state: 'pending', deadlineAt: { lte: now } },
        orderBy: { deadlineAt: 'asc' },
        take: limit,
        include: withReviews,
      });
      return { grants: grants.map(toGrant), requests: requests.map(toRequest) };
    });
  }
}

async function addReview(
  tx: PrismaTenantTx,
  requestId: string,
  review: NonNullable<RequestTransition['review']>,
): Promise<void> {
  await tx.prisma.review.create({
    data: {
      tenantId: tx.tenantId,
      id: review.id,
      requestId,
      reviewerId: review.reviewerId,
      verdict: review.verdict,
      durationSeconds: review.durationSeconds ?? null,
      reason: review.reason,
      at: new Date(review.atMs),
    },
  });
}

function requestWhere(
  tenantId: string,
  query: Omit<RequestQuery, 'first' | 'after'>,
): Prisma.AccessRequestWhereInput {
  return {
    tenantId,
    ...(query.states && { state: { in: [...query.states] } }),
    ...(query.ruleIds && { ruleId: { in: [...query.ruleIds] } }),
    ...(query.requesterId !== undefined && { requesterId: query.requesterId }),
    ...(query.notRequesterId !== undefined && { NOT: { requesterId: query.notRequesterId } }),
    ...(query.notReviewedBy !== undefined && {
      reviews: { none: { reviewerId: query.notReviewedBy } },
    }),
  };
}

function grantWhere(tenantId: string, query: GrantQuery): Prisma.GrantWhereInput {
  const live = { state: { in: OPEN_STATES }, endsAt: { gt: new Date(query.nowMs) } };
  return {
    tenantId,
    ...(query.subjectId !== undefined && { subjectId: query.subjectId }),
    ...(query.open === true && live),
    ...(query.open === false && { NOT: live }),
  };
}

function afterWhere<Field extends 'createdAt' | 'startsAt'>({ after }: PageQuery, field: Field) {
  if (after === undefined) return {};
  const cursor = decodeCursor(after);
  if (!cursor) throw new BadRequestError('after: not a cursor of this list', { field: 'after' });
  return { OR: [{ [field]: { lt: cursor.at } }, { [field]: cursor.at, id: { lt: cursor.id } }] };
}

function pageSize({ first }: PageQuery): number {
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE) {
    throw new BadRequestError(`first: a whole number from 1 to ${MAX_PAGE}`, { field: 'first' });
  }
  return first;
}

function pageOf<T extends { readonly id: string }>(
  rows: readonly T[],
  size: number,
  atMs: (row: T) => number,
): Page<T> {
  const nodes = rows.slice(0, size);
  const last = nodes.at(-1);
  return {
    nodes,
    nextCursor: rows.length > size && last ? encodeCursor(atMs(last), last.id) : undefined,
  };
}
