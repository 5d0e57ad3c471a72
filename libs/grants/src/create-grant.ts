import type { AccessRequest } from './access-request.js';
import type { ApprovalEffect } from './approval-effect.js';
import type { Grant } from './grant.js';
import type { GrantEvent } from './grants-event.js';

/** The grant of a request that has just been approved: `active`, or `scheduled` when it starts later than `nowMs`. */
export function createGrant(
  id: string,
  request: AccessRequest,
  effect: ApprovalEffect,
  nowMs: number,
): { readonly grant: Grant; readonly events: readonly GrantEvent[] } {
  const isStarted = effect.startsAtMs <= nowMs;
  const grant: Grant = {
    id,
    requestId: request.id,
    subjectId: request.requesterId,
    role: effect.role,
    startsAtMs: effect.startsAtMs,
    endsAtMs: effect.endsAtMs,
    state: isStarted ? 'active' : 'scheduled',
    version: 1,
  };
  const event: GrantEvent = {
    type: isStarted ? 'grant.started' : 'grant.scheduled',
    grantId: id,
    requestId: request.id,
    subjectId: grant.subjectId,
    to: grant.state,
    atMs: nowMs,
  };
  return { grant, events: [event] };
}
