/** `pending` is the only state that is left again. */
export type AccessRequestState = 'pending' | 'approved' | 'denied' | 'cancelled' | 'expired';

/** One reviewer's answer. */
export interface Review {
  readonly reviewerId: string;
  readonly verdict: 'approve' | 'deny';
  /** The longest that this reviewer allows; absent: as long as requested. */
  readonly durationSeconds?: number;
  readonly reason: string;
  readonly atMs: number;
}

/** A wish for a role, and what became of it. Never deleted. `version` counts transitions, for conditional updates. */
export interface AccessRequest {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleVersion: string;
  readonly requesterId: string;
  readonly reason: string;
  readonly requestedDurationSeconds: number;
  /** The grant starts no earlier; absent: at approval. */
  readonly requestedStartMs?: number;
  readonly state: AccessRequestState;
  readonly createdAtMs: number;
  /** First instant at which no review counts any more. */
  readonly deadlineAtMs: number;
  readonly reviews: readonly Review[];
  readonly decidedAtMs?: number;
  readonly version: number;
}
