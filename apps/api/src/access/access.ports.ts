import type { EntityRef, LogEntry } from '@sallyport/contracts';
import type {
  AccessRequest,
  AccessRequestState,
  AccessRule,
  Grant,
  Review,
} from '@sallyport/grants';

/** A request with the type of its requester, which the state machine does not need. */
export interface StoredRequest extends AccessRequest {
  readonly requesterType: string;
}

export interface StoredGrant extends Grant {
  readonly subjectType: string;
  readonly breakGlass: boolean;
}

/** Keyset page, newest first; `cursor` is opaque to clients. */
export interface PageQuery {
  readonly first: number;
  readonly after: string | undefined;
}

export interface Page<T> {
  readonly nodes: readonly T[];
  readonly nextCursor: string | undefined;
}

export interface RequestQuery extends PageQuery {
  readonly states?: readonly AccessRequestState[];
  readonly ruleIds?: readonly string[];
  readonly requesterId?: string;
  readonly notRequesterId?: string;
  /** Leaves out requests that this person has already reviewed. */
  readonly notReviewedBy?: string;
}

export interface GrantQuery extends PageQuery {
  readonly open?: boolean;
  readonly subjectId?: string;
  /** Grants whose time is over are not open, whatever their row says. */
  readonly nowMs: number;
}

/** A transition of a request: written only if nobody moved it since it was read. */
export interface RequestTransition {
  readonly before: StoredRequest;
  readonly after: StoredRequest;
  readonly review?: Review & { readonly id: string };
  readonly grant?: StoredGrant;
}

/**
 * Requests, reviews and grants. Contract: `test/contract/access-store.contract.ts`.
 * Every write is one conditional update and commits together with its log entries; a stale `before` throws ConflictError.
 */
export abstract class AccessStore {
  abstract findRequest(tenantId: string, id: string): Promise<StoredRequest | undefined>;
  /** The version of a rule that a request pinned, also when it has left the tenant's directory since. */
  abstract findRule(
    tenantId: string,
    ruleId: string,
    version: string,
  ): Promise<AccessRule | undefined>;
  abstract findGrant(tenantId: string, id: string): Promise<StoredGrant | undefined>;
  abstract findGrantOfRequest(
    tenantId: string,
    requestId: string,
  ): Promise<StoredGrant | undefined>;
  abstract listRequests(tenantId: string, query: RequestQuery): Promise<Page<StoredRequest>>;
  abstract countRequests(
    tenantId: string,
    query: Omit<RequestQuery, 'first' | 'after'>,
  ): Promise<number>;
  abstract listGrants(tenantId: string, query: GrantQuery): Promise<Page<StoredGrant>>;
  abstract addRequest(
    tenantId: string,
    request: StoredRequest,
    entries: readonly LogEntry[],
  ): Promise<void>;
  abstract moveRequest(
    tenantId: string,
    transition: RequestTransition,
    entries: readonly LogEntry[],
  ): Promise<void>;
  abstract moveGrant(
    tenantId: string,
    before: StoredGrant,
    after: StoredGrant,
    entries: readonly LogEntry[],
  ): Promise<void>;
  /** What time has overtaken and nobody has recorded yet; at most `limit` of each. */
  abstract overdue(
    tenantId: string,
    nowMs: number,
    limit: number,
  ): Promise<{
    readonly requests: readonly StoredRequest[];
    readonly grants: readonly StoredGrant[];
  }>;
}

/** Reminders at a time: they tell others, they never make a grant end (the evaluator compares time). */
export abstract class Reminders {
  abstract remindGrantEnd(tenantId: string, grantId: string, atMs: number): Promise<void>;
  abstract remindRequestDeadline(tenantId: string, requestId: string, atMs: number): Promise<void>;
}

/** Takes back what was issued under a grant. */
export abstract class GrantTokens {
  abstract revokeForGrant(tenantId: string, grantId: string, reason: string): Promise<number>;
}

/** Which permits a grant would add, asked of the live policy on the facts of now. */
export interface EffectPreview {
  readonly computedAtMs: number;
  readonly permitsToday: number;
  readonly permitsAfter: number;
  readonly newlyPermitted: readonly {
    readonly action: string;
    readonly resource: EntityRef;
    readonly policy?: string;
  }[];
  /** What was assumed of device and place, in plain words. */
  readonly conditions: readonly string[];
  /** False when there was more to try than the bound allows. */
  readonly complete: boolean;
}

export abstract class EffectPreviewer {
  abstract preview(
    tenantId: string,
    subject: EntityRef,
    role: EntityRef,
    endsAtMs: number,
  ): Promise<EffectPreview>;
}
