/** Why a transition was refused. */
export type RefusalReason =
  | 'rule-invalid'
  | 'wrong-rule'
  | 'not-eligible'
  | 'no-approver-available'
  | 'duration-not-positive'
  | 'duration-too-long'
  | 'start-out-of-range'
  | 'reason-required'
  | 'reason-too-short'
  | 'reason-too-long'
  | 'not-pending'
  | 'deadline-passed'
  | 'deadline-not-passed'
  | 'self-review'
  | 'not-a-reviewer'
  | 'already-reviewed'
  | 'not-the-requester'
  | 'not-scheduled'
  | 'not-started'
  | 'not-the-holder'
  | 'not-live'
  | 'not-over';

/** Nothing changes and nothing is to be logged as a transition. */
export interface Refusal {
  readonly ok: false;
  readonly reason: RefusalReason;
}

export function refuse(reason: RefusalReason): Refusal {
  return { ok: false, reason };
}
