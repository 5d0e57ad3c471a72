import type { AccessRequest } from './access-request.js';
import type { AccessRule, EntityRef } from './access-rule.js';

/** What one more approval would allow: the role, from when until when, and how many approvals would still be missing. */
export interface ApprovalEffect {
  readonly role: EntityRef;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly approvalsMissing: number;
}

/**
 * Previews an approval at `nowMs` that allows at most `durationSeconds`. The clock starts at approval (or at the later start
 * that was asked for), and the duration is the least of what was requested, the rule's maximum and every approver's bound.
 */
export function approvalEffect(
  request: AccessRequest,
  rule: AccessRule,
  durationSeconds: number | undefined,
  nowMs: number,
): ApprovalEffect {
  const approvals = request.reviews.filter((review) => review.verdict === 'approve');
  const bounds = [...approvals.map((review) => review.durationSeconds), durationSeconds];
  const duration = Math.min(
    request.requestedDurationSeconds,
    rule.maxDurationSeconds,
    ...bounds.filter((bound) => bound !== undefined),
  );
  const startsAtMs = Math.max(nowMs, request.requestedStartMs ?? nowMs);
  return {
    role: rule.role,
    startsAtMs,
    endsAtMs: startsAtMs + duration * 1000,
    approvalsMissing: Math.max(0, rule.approvalsNeeded - approvals.length - 1),
  };
}
