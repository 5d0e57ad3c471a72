import type { ReasonCode } from './reasons.js';

/** JSON as it may appear in a request or in stored attributes. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** An entity reference in AuthZEN's words; one to one a Cedar entity uid (design §4). */
export interface EntityRef {
  readonly type: string;
  readonly id: string;
}

/** A stored or asserted entity: attributes as plain JSON, or Cedar's `__entity` / `__extn` escapes when it comes from the register. */
export interface EntityRecord {
  readonly uid: EntityRef;
  readonly attrs: JsonObject;
  readonly parents: readonly EntityRef[];
}

/** AuthZEN Authorization API 1.0 §5: one evaluation after defaults were applied and types were checked. */
export interface EvaluationRequest {
  readonly subject: EntityRef & { readonly properties?: JsonObject };
  readonly action: { readonly name: string; readonly properties?: JsonObject };
  readonly resource: EntityRef & { readonly properties?: JsonObject };
  readonly context?: JsonObject;
}

export interface Obligation {
  readonly id: string;
  readonly type: string;
  readonly properties?: JsonObject;
}

/** How the subject was established. `verified` is true only for a token this broker checked. */
export interface AuthnFacts {
  readonly method: 'token' | 'asserted';
  readonly verified: boolean;
  readonly issuer?: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
  readonly authTime?: number;
  /** Epoch ms at which the subject token ends. */
  readonly expiresAtMs?: number;
}

export interface DeviceFacts {
  readonly id: string;
  readonly managed?: boolean;
  readonly compliant?: boolean;
  readonly os?: string;
  readonly osVersion?: string;
  readonly diskEncrypted?: boolean;
  readonly screenLock?: boolean;
  readonly firewall?: boolean;
  readonly checkedAtMs: number;
  readonly freshUntilMs: number;
}

export interface NetworkFacts {
  readonly ip: string;
  readonly country?: string;
  readonly continent?: string;
  readonly region?: string;
  readonly asn?: number;
  readonly anonymizer?: boolean;
}

export interface RiskFacts {
  readonly score: number;
  readonly level: 'low' | 'medium' | 'high';
  readonly reasons: readonly string[];
}

export interface ConsentFacts {
  readonly status: 'permit' | 'deny' | 'none' | 'unknown';
  readonly purpose?: string;
  readonly directive?: string;
  readonly expiresAtMs?: number;
}

export interface GrantFacts {
  readonly id: string;
  readonly role: EntityRef;
  readonly endsAtMs: number;
  readonly breakGlass: boolean;
}

/**
 * What was gathered for one decision (design §3.3). An absent member is *unknown*, never false and never true;
 * `missing` says why it is absent.
 */
export interface Facts {
  readonly nowMs: number;
  readonly authn: AuthnFacts;
  readonly device?: DeviceFacts;
  readonly network?: NetworkFacts;
  readonly risk?: RiskFacts;
  readonly consent?: ConsentFacts;
  /** Every live grant of the subject; each is a parent edge of the subject for this decision. */
  readonly grants: readonly GrantFacts[];
  readonly missing: readonly ReasonCode[];
  /** Version of the tenant's registers that was used (design §5). */
  readonly registerVersion: number;
}

/** One policy that determined the outcome. */
export interface DeterminingPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly reason?: string;
}

/** What the engine says. `indeterminate` is answered as a deny (three-valued inside, boolean outside). */
export interface Evaluation {
  readonly outcome: 'permit' | 'deny' | 'indeterminate';
  readonly determining: readonly DeterminingPolicy[];
  /** Policies that raised an error and were skipped. */
  readonly erroring: readonly { readonly id: string; readonly message: string }[];
  readonly obligations: readonly Obligation[];
  readonly advice: readonly Obligation[];
  /** Smallest `@ttl` (seconds) among the determining permits, when any has one. */
  readonly ttlSeconds?: number;
  readonly controls: readonly string[];
  /** Why the question could not be evaluated; only where the outcome is indeterminate. */
  readonly failure?: { readonly reason: ReasonCode; readonly message: string };
}
