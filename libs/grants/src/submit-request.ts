import type { AccessRequest } from './access-request.js';
import { findRuleFault, includesUser, isPositiveInteger } from './access-rule.js';
import type { AccessRule } from './access-rule.js';
import type { AccessRequestEvent } from './grants-event.js';
import { possibleReviewers } from './possible-reviewers.js';
import { checkReason } from './reason-text.js';
import { refuse } from './refusal.js';
import type { Refusal } from './refusal.js';

/** How far ahead a grant may start. */
export const MAX_START_AHEAD_SECONDS = 14 * 24 * 3600;

/** What the requester asks for. An absent duration means the rule's default. */
export interface NewRequest {
  readonly id: string;
  readonly requesterId: string;
  readonly reason: string;
  readonly durationSeconds?: number;
  readonly startMs?: number;
}

/** The world at the time of submission. `membersByGroup` holds at least the rule's approver groups. */
export interface SubmitContext {
  readonly nowMs: number;
  readonly ruleVersion: string;
  readonly requesterGroups: readonly string[];
  readonly membersByGroup: ReadonlyMap<string, readonly string[]>;
}

export type SubmitResult =
  | {
      readonly ok: true;
      readonly request: AccessRequest;
      readonly events: readonly AccessRequestEvent[];
    }
  | Refusal;

/** Opens a pending request, or refuses one that could never be approved. */
export function submitRequest(
  wish: NewRequest,
  rule: AccessRule,
  context: SubmitContext,
): SubmitResult {
  const refusal = checkWish(wish, rule, context);
  if (refusal !== undefined) return refusal;
  const { nowMs } = context;
  const request: AccessRequest = {
    id: wish.id,
    ruleId: rule.id,
    ruleVersion: context.ruleVersion,
    requesterId: wish.requesterId,
    reason: wish.reason,
    requestedDurationSeconds: wish.durationSeconds ?? rule.defaultDurationSeconds,
    ...(wish.startMs === undefined ? {} : { requestedStartMs: wish.startMs }),
    state: 'pending',
    createdAtMs: nowMs,
    deadlineAtMs: nowMs + rule.approvalDeadlineSeconds * 1000,
    reviews: [],
    version: 1,
  };
  const event = {
    type: 'request.submitted',
    requestId: request.id,
    to: 'pending',
    actorId: request.requesterId,
    atMs: nowMs,
  } as const;
  return { ok: true, request, events: [event] };
}

function checkWish(
  wish: NewRequest,
  rule: AccessRule,
  context: SubmitContext,
): Refusal | undefined {
  if (findRuleFault(rule) !== undefined) return refuse('rule-invalid');
  if (!includesUser(rule.eligible, wish.requesterId, context.requesterGroups)) {
    return refuse('not-eligible');
  }
  const duration = wish.durationSeconds ?? rule.defaultDurationSeconds;
  if (!isPositiveInteger(duration)) return refuse('duration-not-positive');
  if (duration > rule.maxDurationSeconds) return refuse('duration-too-long');
  if (!isStartInRange(wish.startMs, context.nowMs)) return refuse('start-out-of-range');
  const reviewers = possibleReviewers(rule, wish.requesterId, context.membersByGroup);
  if (reviewers.size < rule.approvalsNeeded) return refuse('no-approver-available');
  return checkReason(wish.reason, rule.reasonRequired ? rule.minReasonLength : undefined);
}

function isStartInRange(startMs: number | undefined, nowMs: number): boolean {
  if (startMs === undefined) return true;
  return startMs >= nowMs && startMs <= nowMs + MAX_START_AHEAD_SECONDS * 1000;
}
