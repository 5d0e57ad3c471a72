import type { AccessRequest } from './access-request.js';
import type { AccessRequestEvent } from './grants-event.js';
import { refuse } from './refusal.js';
import type { Refusal } from './refusal.js';

export type CloseRequestResult =
  | {
      readonly ok: true;
      readonly request: AccessRequest;
      readonly events: readonly AccessRequestEvent[];
    }
  | Refusal;

/** Withdraws a pending request; only its requester may, and only before the deadline. */
export function cancelRequest(
  request: AccessRequest,
  actorId: string,
  nowMs: number,
): CloseRequestResult {
  if (request.state !== 'pending') return refuse('not-pending');
  if (actorId !== request.requesterId) return refuse('not-the-requester');
  if (!(nowMs < request.deadlineAtMs)) return refuse('deadline-passed');
  return close(request, 'cancelled', nowMs, actorId);
}

/** Records that the deadline passed without a decision. Reviews are refused from the deadline on even before this ran. */
export function expireRequest(request: AccessRequest, nowMs: number): CloseRequestResult {
  if (request.state !== 'pending') return refuse('not-pending');
  if (!(nowMs >= request.deadlineAtMs)) return refuse('deadline-not-passed');
  return close(request, 'expired', nowMs);
}

function close(
  request: AccessRequest,
  state: 'cancelled' | 'expired',
  nowMs: number,
  actorId?: string,
): CloseRequestResult {
  const event: AccessRequestEvent = {
    type: `request.${state}`,
    requestId: request.id,
    from: request.state,
    to: state,
    ...(actorId === undefined ? {} : { actorId }),
    atMs: nowMs,
  };
  const version = request.version + 1;
  return {
    ok: true,
    request: { ...request, state, decidedAtMs: nowMs, version },
    events: [event],
  };
}
