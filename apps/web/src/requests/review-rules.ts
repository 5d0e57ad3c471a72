import type { Verdict } from '../graphql-types.js';
import { exactDuration, parseDuration } from '../ui/durations.js';
import { strings } from './strings.js';

/** What the review form holds; the duration as typed. */
export interface ReviewDraft {
  readonly verdict: Verdict;
  readonly duration: string;
  readonly reason: string;
  readonly isUnknownAccepted: boolean;
}

export interface ReviewErrors {
  readonly duration?: string;
  readonly reason?: string;
  readonly isUnknownAccepted?: string;
}

/** What stands in the way of sending the review, field by field, in text. Empty: nothing. */
export function reviewErrors(
  draft: ReviewDraft,
  requestedSeconds: number,
  isEffectKnown: boolean,
): ReviewErrors {
  const isApproval = draft.verdict === 'APPROVE';
  const seconds = parseDuration(draft.duration);
  const errors: { -readonly [Field in keyof ReviewErrors]: string } = {};
  if (isApproval && seconds === undefined) errors.duration = strings.errorDuration;
  if (isApproval && seconds !== undefined && seconds > requestedSeconds) {
    errors.duration = strings.errorLonger(exactDuration(requestedSeconds));
  }
  if (draft.reason.trim() === '') errors.reason = strings.errorReviewReason;
  if (isApproval && !isEffectKnown && !draft.isUnknownAccepted)
    errors.isUnknownAccepted = strings.errorTick;
  return errors;
}

/** Words of the button: it names the effect, or the denial. */
export function reviewButton(draft: ReviewDraft, role: string, requestedSeconds: number): string {
  if (draft.verdict === 'DENY') return strings.deny(role);
  const seconds = parseDuration(draft.duration) ?? requestedSeconds;
  return strings.approve(role, exactDuration(Math.min(seconds, requestedSeconds)));
}
