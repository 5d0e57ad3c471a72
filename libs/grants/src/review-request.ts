import type { AccessRequest, Review } from './access-request.js';
import { findRuleFault, includesUser, isPositiveInteger } from './access-rule.js';
import type { AccessRule } from './access-rule.js';
import { approvalEffect } from './approval-effect.js';
import { createGrant } from './create-grant.js';
import type { Grant } from './grant.js';
import type { AccessRequestEvent, GrantEvent } from './grants-event.js';
import { checkReason } from './reason-text.js';
import { refuse } from './refusal.js';
import type { Refusal } from './refusal.js';

/** A review before it has a time. */
export type NewReview = Omit<Review, 'atMs'>;

/** The world at the time of the review; both group lists as of now. `grantId` names the grant that this review may create. */
export interface ReviewContext {
  readonly nowMs: number;
  readonly reviewerGroups: readonly string[];
  readonly requesterGroups: readonly string[];
  readonly grantId: string;
}

/** `grant` is there exactly when the request became approved. */
export type ReviewResult =
  | {
      readonly ok: true;
      readonly request: AccessRequest;
      readonly grant?: Grant;
      readonly events: readonly (AccessRequestEvent | GrantEvent)[];
    }
  | Refusal;

/**
 * Counts a review. One denial is final; enough distinct approvals create the grant. `rule` is the version that the request
 * pinned or a newer one: its caps, approvers and eligibility are applied again.
 */
export function reviewRequest(
  request: AccessRequest,
  rule: AccessRule,
  review: NewReview,
  context: ReviewContext,
): ReviewResult {
  const refusal = checkReview(request, rule, review, context);
  if (refusal !== undefined) return refusal;
  const counted = count(request, review, context.nowMs);
  const { reviewerId } = review;
  if (review.verdict === 'deny') return decide(counted, 'denied', reviewerId, context.nowMs);
  const effect = approvalEffect(request, rule, review.durationSeconds, context.nowMs);
  if (effect.approvalsMissing > 0) return counted;
  const approved = decide(counted, 'approved', reviewerId, context.nowMs);
  const created = createGrant(context.grantId, approved.request, effect, context.nowMs);
  return { ...approved, grant: created.grant, events: [...approved.events, ...created.events] };
}

interface Reviewed {
  readonly ok: true;
  readonly request: AccessRequest;
  readonly events: readonly AccessRequestEvent[];
}

function checkReview(
  request: AccessRequest,
  rule: AccessRule,
  review: NewReview,
  context: ReviewContext,
): Refusal | undefined {
  const { reviewerId, durationSeconds } = review;
  if (request.ruleId !== rule.id) return refuse('wrong-rule');
  if (findRuleFault(rule) !== undefined) return refuse('rule-invalid');
  if (request.state !== 'pending') return refuse('not-pending');
  if (!(context.nowMs < request.deadlineAtMs)) return refuse('deadline-passed');
  if (reviewerId === request.requesterId) return refuse('self-review');
  if (!includesUser(rule.approvers, reviewerId, context.reviewerGroups)) {
    return refuse('not-a-reviewer');
  }
  if (request.reviews.some((earlier) => earlier.reviewerId === reviewerId)) {
    return refuse('already-reviewed');
  }
  const tooLong = checkReason(review.reason, undefined);
  if (tooLong !== undefined || review.verdict === 'deny') return tooLong;
  if (durationSeconds !== undefined) {
    if (!isPositiveInteger(durationSeconds)) return refuse('duration-not-positive');
    if (durationSeconds > request.requestedDurationSeconds) return refuse('duration-too-long');
  }
  const isEligible = includesUser(rule.eligible, request.requesterId, context.requesterGroups);
  return isEligible ? undefined : refuse('not-eligible');
}

function count(request: AccessRequest, answer: NewReview, nowMs: number): Reviewed {
  const { reviewerId, verdict, reason, durationSeconds } = answer;
  const isBound = verdict === 'approve' && durationSeconds !== undefined;
  const bound = isBound ? { durationSeconds } : {};
  const review: Review = { reviewerId, verdict, ...bound, reason, atMs: nowMs };
  const event = {
    type: 'request.reviewed',
    requestId: request.id,
    from: 'pending',
    to: 'pending',
    actorId: reviewerId,
    atMs: nowMs,
    review,
  } as const;
  const reviews = [...request.reviews, review];
  const version = request.version + 1;
  return { ok: true, request: { ...request, reviews, version }, events: [event] };
}

function decide(
  counted: Reviewed,
  state: 'approved' | 'denied',
  actorId: string,
  nowMs: number,
): Reviewed {
  const event: AccessRequestEvent = {
    type: `request.${state}`,
    requestId: counted.request.id,
    from: 'pending',
    to: state,
    actorId,
    atMs: nowMs,
  };
  return {
    ok: true,
    request: { ...counted.request, state, decidedAtMs: nowMs },
    events: [...counted.events, event],
  };
}
