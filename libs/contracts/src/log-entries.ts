import type {
  AuthnFacts,
  DeterminingPolicy,
  EntityRef,
  Facts,
  JsonObject,
  Obligation,
} from './decision.js';
import type { PlanKind, PlanTarget } from './plan/index.js';
import type { ReasonCode } from './reasons.js';

/** Members of every log entry (design §10). `time` is ISO 8601 UTC with milliseconds; `id` is unique in the tenant's log. */
export interface EntryBase {
  readonly type: string;
  readonly id: string;
  readonly time: string;
  /** Who caused it: `user:<id>`, `pep:<name>`, `system:<part>`, `admin:<token id>`. */
  readonly actor: string;
}

export interface DecisionEntry extends EntryBase {
  readonly type: 'decision';
  readonly decision: boolean;
  readonly subject: EntityRef;
  readonly action: string;
  readonly resource: EntityRef;
  readonly pep: string;
  readonly mode: 'enforce' | 'warn' | 'monitor';
  /** What policy said, where the mode answers otherwise. */
  readonly effective?: boolean;
  readonly reasons: readonly ReasonCode[];
  readonly determining: readonly DeterminingPolicy[];
  readonly erroring: readonly string[];
  readonly obligations: readonly Obligation[];
  readonly policyVersion: string | null;
  /** What the same version would have said with every policy enforced; only where `@mode` keeps some from it. */
  readonly shadow?: {
    readonly decision: boolean;
    readonly determining: readonly DeterminingPolicy[];
  };
  readonly facts: Omit<Facts, 'authn'> & { readonly authn: AuthnFacts };
  readonly request: JsonObject;
  readonly requestId?: string;
  /** `jti` of the token that this permit became. */
  readonly token?: string;
  readonly durationMicros: number;
}

/** A search of an enforcement point (AuthZEN §8), one page of its listing: what was asked, and how much was told. */
export interface SearchEntry extends EntryBase {
  readonly type: 'search';
  readonly pep: string;
  readonly mode: DecisionEntry['mode'];
  readonly searched: 'subject' | 'resource' | 'action';
  /** Of the entities that were searched for. */
  readonly searchedType?: string;
  readonly subject?: EntityRef;
  readonly action?: string;
  readonly resource?: EntityRef;
  /** The AuthZEN context; its digest where it is large. */
  readonly context: JsonObject;
  /** Whether it goes on where an earlier page ended. */
  readonly isContinued: boolean;
  /** Whether it comes to the end of the listing. */
  readonly isComplete: boolean;
  readonly count: number;
  /** SHA-256 of the names that were found, as a canonical JSON list. */
  readonly resultsSha256: string;
  readonly evaluated: number;
  /** Why nobody can be found, whatever policy says. */
  readonly reasons: readonly ReasonCode[];
  readonly policyVersion: string | null;
  readonly requestId?: string;
  readonly durationMicros: number;
}

/** Which resources of a type a subject may touch: a decision about all of them at once. */
export interface PlanEntry extends EntryBase {
  readonly type: 'plan';
  /** What was answered. */
  readonly kind: PlanKind | 'refused';
  /** What policy said, where the mode answers otherwise. */
  readonly effective?: PlanKind | 'refused';
  readonly subject: EntityRef;
  readonly action: string;
  /** Its id is `*`. */
  readonly resource: EntityRef;
  readonly pep: string;
  readonly mode: 'enforce' | 'warn' | 'monitor';
  readonly target: PlanTarget;
  /** As policy said it, by attribute, whatever the target; `{sha256, bytes}` of JSON that is too large to keep. */
  readonly filter?: JsonObject;
  readonly refusal?: string;
  readonly masks: JsonObject;
  readonly obligations: readonly Obligation[] | JsonObject;
  /** Policies that determine the answer for some of the resources, or for all. */
  readonly determining: readonly DeterminingPolicy[];
  readonly erroring: readonly string[];
  readonly reasons: readonly ReasonCode[];
  readonly policyVersion: string | null;
  readonly facts: DecisionEntry['facts'];
  readonly request: JsonObject;
  readonly requestId?: string;
  readonly durationMicros: number;
}

/** `token.issued`, `token.revoked`: `tokenId` is the `jti`. */
export interface TokenEntry extends EntryBase {
  readonly type: 'token.issued' | 'token.revoked';
  readonly tokenId: string;
  readonly subject: EntityRef;
  readonly decisionId?: string;
  readonly grants: readonly string[];
  readonly expiresAt: string;
  readonly reason?: string;
}

/** Life of a request: submitted, reviewed, approved, denied, cancelled, expired. */
export interface AccessRequestEntry extends EntryBase {
  readonly type:
    | 'request.submitted'
    | 'request.reviewed'
    | 'request.approved'
    | 'request.denied'
    | 'request.cancelled'
    | 'request.expired';
  readonly requestId: string;
  readonly rule: { readonly id: string; readonly version: number };
  readonly requester: string;
  readonly role: EntityRef;
  readonly reason?: string;
  readonly verdict?: 'approve' | 'deny';
  readonly durationSeconds: number;
}

/** Life of a grant: scheduled or started, ended (by time), revoked (by act), returned (by its holder). */
export interface GrantEntry extends EntryBase {
  readonly type:
    'grant.scheduled' | 'grant.started' | 'grant.ended' | 'grant.revoked' | 'grant.returned';
  readonly grantId: string;
  readonly requestId: string;
  readonly subject: EntityRef;
  readonly role: EntityRef;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly reason?: string;
}

/** Administration: tenant applied, policy promoted, a compiled policy found to disagree with Cedar's evaluator, register changed, sign-in, sign-out, export, API token created/revoked, key rotated, enforcement point slowed down. */
export interface AdminEntry extends EntryBase {
  readonly type:
    | 'tenant.applied'
    | 'policy.promoted'
    | 'policy.disagreed'
    | 'register.changed'
    | 'session.started'
    | 'session.ended'
    | 'evidence.exported'
    | 'api-token.created'
    | 'api-token.revoked'
    | 'key.rotated'
    | 'pep.rate-limited';
  readonly detail: JsonObject;
}

export type LogEntry =
  | DecisionEntry
  | SearchEntry
  | PlanEntry
  | TokenEntry
  | AccessRequestEntry
  | GrantEntry
  | AdminEntry;
