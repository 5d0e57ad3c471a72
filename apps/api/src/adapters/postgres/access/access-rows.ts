import type { AccessRequestState, GrantState, Review } from '@sallyport/grants';
import type { StoredGrant, StoredRequest } from '../../../access/access.ports.js';
import type { AccessRequestModel, GrantModel, ReviewModel } from '../generated/models.js';

export function toRequest(row: AccessRequestModel & { reviews: ReviewModel[] }): StoredRequest {
  return {
    id: row.id,
    ruleId: row.ruleId,
    ruleVersion: String(row.ruleVersion),
    requesterType: row.requesterType,
    requesterId: row.requesterId,
    reason: row.reason,
    requestedDurationSeconds: row.requestedDurationSeconds,
    state: row.state as AccessRequestState,
    createdAtMs: row.createdAt.getTime(),
    deadlineAtMs: row.deadlineAt.getTime(),
    reviews: row.reviews.map(toReview),
    ...(row.decidedAt === null ? {} : { decidedAtMs: row.decidedAt.getTime() }),
    version: row.version,
  };
}

function toReview(row: ReviewModel): Review {
  return {
    reviewerId: row.reviewerId,
    verdict: row.verdict as Review['verdict'],
    ...(row.durationSeconds === null ? {} : { durationSeconds: row.durationSeconds }),
    reason: row.reason,
    atMs: row.at.getTime(),
  };
}

export function toGrant(row: GrantModel): StoredGrant {
  return {
    id: row.id,
    requestId: row.requestId,
    subjectType: row.subjectType,
    subjectId: row.subjectId,
    role: { type: row.roleType, id: row.roleId },
    startsAtMs: row.startsAt.getTime(),
    endsAtMs: row.endsAt.getTime(),
    state: row.state as GrantState,
    breakGlass: row.breakGlass,
    ...(row.endedAt === null ? {} : { endedAtMs: row.endedAt.getTime() }),
    ...(row.endedBy === null ? {} : { endedBy: row.endedBy }),
    ...(row.endReason === null ? {} : { endReason: row.endReason }),
    version: row.version,
  };
}

export function grantData(tenantId: string, grant: StoredGrant) {
  return {
    tenantId,
    id: grant.id,
    requestId: grant.requestId,
    subjectType: grant.subjectType,
    subjectId: grant.subjectId,
    roleType: grant.role.type,
    roleId: grant.role.id,
    startsAt: new Date(grant.startsAtMs),
    endsAt: new Date(grant.endsAtMs),
    state: grant.state,
    breakGlass: grant.breakGlass,
    version: grant.version,
  };
}

/** Cursor of a keyset page: the position after a row, in the order of the list. */
export function encodeCursor(atMs: number, id: string): string {
  return Buffer.from(JSON.stringify([atMs, id])).toString('base64url');
}

/** Undefined for a cursor that we did not make. */
export function decodeCursor(cursor: string): { at: Date; id: string } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [atMs, id] = value as unknown[];
    if (typeof atMs !== 'number' || !Number.isSafeInteger(atMs) || typeof id !== 'string')
      return undefined;
    return { at: new Date(atMs), id };
  } catch {
    return undefined;
  }
}
