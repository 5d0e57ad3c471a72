import type { AccessRequestEntry, EntityRef, GrantEntry, LogEntry } from '@sallyport/contracts';
import type { AccessRequestEvent, AccessRule, GrantEvent } from '@sallyport/grants';
import { newId } from '../platform/ids.js';
import type { StoredGrant, StoredRequest } from './access.ports.js';

/** What a transition did, as log entries: one each event of the state machine. */
export function accessEntries(
  events: readonly (AccessRequestEvent | GrantEvent)[],
  parts: {
    readonly request?: StoredRequest;
    readonly rule?: AccessRule;
    readonly grant?: StoredGrant;
  },
): LogEntry[] {
  return events.map((event) => {
    if ('grantId' in event) return grantEntry(event, required(parts.grant, 'grant'));
    return requestEntry(
      event,
      required(parts.request, 'request'),
      required(parts.rule, 'rule'),
      parts.grant,
    );
  });
}

function requestEntry(
  event: AccessRequestEvent,
  request: StoredRequest,
  rule: AccessRule,
  grant: StoredGrant | undefined,
): AccessRequestEntry {
  const approvedSeconds =
    event.type === 'request.approved' && grant
      ? (grant.endsAtMs - grant.startsAtMs) / 1_000
      : undefined;
  const reason = event.review
    ? event.review.reason
    : event.type === 'request.submitted'
      ? request.reason
      : undefined;
  return {
    ...base(
      event.atMs,
      event.actorId === undefined ? undefined : { type: request.requesterType, id: event.actorId },
    ),
    type: event.type,
    requestId: request.id,
    rule: { id: request.ruleId, version: Number(request.ruleVersion) },
    requester: request.requesterId,
    role: rule.role,
    ...(reason === undefined || reason === '' ? {} : { reason }),
    ...(event.review === undefined ? {} : { verdict: event.review.verdict }),
    durationSeconds:
      approvedSeconds ?? event.review?.durationSeconds ?? request.requestedDurationSeconds,
  };
}

function grantEntry(event: GrantEvent, grant: StoredGrant): GrantEntry {
  const subject = { type: grant.subjectType, id: grant.subjectId };
  return {
    ...base(
      event.atMs,
      event.actorId === undefined ? undefined : { type: subject.type, id: event.actorId },
    ),
    type: event.type,
    grantId: grant.id,
    requestId: grant.requestId,
    subject,
    role: grant.role,
    startsAt: new Date(grant.startsAtMs).toISOString(),
    endsAt: new Date(grant.endsAtMs).toISOString(),
    ...(event.reason === undefined || event.reason === '' ? {} : { reason: event.reason }),
  };
}

function base(atMs: number, actor: EntityRef | undefined) {
  return {
    id: newId(atMs),
    time: new Date(atMs).toISOString(),
    actor: actor ? `${actor.type}:${actor.id}` : 'system:access',
  };
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new TypeError(`an event needs its ${name}`);
  return value;
}
