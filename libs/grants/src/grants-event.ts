import type { AccessRequestState, Review } from './access-request.js';
import type { GrantState } from './grant.js';

/**
 * What happened to a request, for the log. Each change of state gives exactly one event; `request.reviewed` changes none.
 * `actorId` is absent where time acted.
 */
export interface AccessRequestEvent {
  readonly type:
    | 'request.submitted'
    | 'request.reviewed'
    | 'request.approved'
    | 'request.denied'
    | 'request.cancelled'
    | 'request.expired';
  readonly requestId: string;
  readonly from?: AccessRequestState;
  readonly to: AccessRequestState;
  readonly actorId?: string;
  readonly atMs: number;
  readonly review?: Review;
}

/** What happened to a grant, for the log. Each change of state gives exactly one event. */
export interface GrantEvent {
  readonly type:
    'grant.scheduled' | 'grant.started' | 'grant.ended' | 'grant.revoked' | 'grant.returned';
  readonly grantId: string;
  readonly requestId: string;
  readonly subjectId: string;
  readonly from?: GrantState;
  readonly to: GrantState;
  readonly actorId?: string;
  readonly atMs: number;
  readonly reason?: string;
}
