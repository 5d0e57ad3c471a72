import { includesUser } from './access-rule.js';
import type { AccessRule } from './access-rule.js';
import { isLive, isOpen } from './grant.js';
import type { Grant } from './grant.js';
import type { GrantEvent } from './grants-event.js';
import { checkReason } from './reason-text.js';
import { refuse } from './refusal.js';
import type { Refusal } from './refusal.js';

export type GrantResult =
  { readonly ok: true; readonly grant: Grant; readonly events: readonly GrantEvent[] } | Refusal;

/** Who ends a grant early, and why. */
export interface EarlyEnd {
  readonly actorId: string;
  readonly reason: string;
  readonly nowMs: number;
}

/**
 * Records that a scheduled grant has begun. Refuses `not-eligible` when the holder has meanwhile lost eligibility: the
 * caller then revokes the grant, whose time runs regardless of its state.
 */
export function startGrant(
  grant: Grant,
  rule: AccessRule,
  context: { readonly nowMs: number; readonly subjectGroups: readonly string[] },
): GrantResult {
  const { nowMs, subjectGroups } = context;
  if (grant.state !== 'scheduled') return refuse('not-scheduled');
  if (!(nowMs >= grant.startsAtMs)) return refuse('not-started');
  if (!isLive(grant, nowMs)) return refuse('not-live');
  if (!includesUser(rule.eligible, grant.subjectId, subjectGroups)) return refuse('not-eligible');
  const active: Grant = { ...grant, state: 'active', version: grant.version + 1 };
  return { ok: true, grant: active, events: [eventOf(grant, active, 'grant.started', nowMs)] };
}

/** Takes a grant away before its time, started or not. Who may is the caller's question. */
export function revokeGrant(grant: Grant, end: EarlyEnd): GrantResult {
  return endEarly(grant, 'revoked', end);
}

/** Gives a grant back before its time, started or not; only its holder may. */
export function returnGrant(grant: Grant, end: EarlyEnd): GrantResult {
  if (end.actorId !== grant.subjectId) return refuse('not-the-holder');
  return endEarly(grant, 'returned', end);
}

/** Records that a grant's time is over. It has been dead since `endsAtMs`, whenever this runs. */
export function endGrant(grant: Grant, nowMs: number): GrantResult {
  if (!isOpen(grant)) return refuse('not-live');
  if (!(nowMs >= grant.endsAtMs)) return refuse('not-over');
  const version = grant.version + 1;
  const ended: Grant = { ...grant, state: 'ended', endedAtMs: grant.endsAtMs, version };
  return { ok: true, grant: ended, events: [eventOf(grant, ended, 'grant.ended', nowMs)] };
}

function endEarly(grant: Grant, state: 'revoked' | 'returned', end: EarlyEnd): GrantResult {
  const { actorId, reason, nowMs } = end;
  if (!isOpen(grant) || !(nowMs < grant.endsAtMs)) return refuse('not-live');
  const tooLong = checkReason(reason, undefined);
  if (tooLong !== undefined) return tooLong;
  const version = grant.version + 1;
  const by = { endedAtMs: nowMs, endedBy: actorId, endReason: reason };
  const ended: Grant = { ...grant, ...by, state, version };
  const event = { ...eventOf(grant, ended, `grant.${state}`, nowMs), actorId, reason };
  return { ok: true, grant: ended, events: [event] };
}

function eventOf(from: Grant, to: Grant, type: GrantEvent['type'], nowMs: number): GrantEvent {
  return {
    type,
    grantId: from.id,
    requestId: from.requestId,
    subjectId: from.subjectId,
    from: from.state,
    to: to.state,
    atMs: nowMs,
  };
}
