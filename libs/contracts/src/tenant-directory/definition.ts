import type { EntityRecord, EntityRef, EvaluationRequest, JsonObject } from '../decision.js';
import type { AccessRuleDefinition } from './access-rule.js';
import type { PepDefinition } from './pep.js';
import type { TenantSettings } from './settings.js';

/** A tenant as its directory says it (design §8): every default filled in, every duration in its unit, every reference an entity. */
export interface TenantDefinition {
  readonly settings: TenantSettings;
  readonly policies: PolicyBundle;
  readonly entities: readonly EntityRecord[];
  readonly devices: readonly DeviceDefinition[];
  readonly consents: readonly ConsentDefinition[];
  readonly peps: readonly PepDefinition[];
  readonly accessRules: readonly AccessRuleDefinition[];
  readonly tests: readonly TestCase[];
}

/** Cedar sources by path in the tenant directory. The content of `files` and `schema` is what a policy version is the hash of. */
export interface PolicyBundle {
  readonly files: Readonly<Record<string, string>>;
  /** The tenant's own Cedar schema, without the context that ships with the product. */
  readonly schema?: string;
  /** Where the schema was found; only for messages, never part of the version. */
  readonly schemaFile?: string;
}

/** One posture record. A member that is absent is unknown, never false. */
export interface DeviceDefinition {
  readonly id: string;
  readonly owner?: EntityRef;
  readonly managed?: boolean;
  /** What the device management says; the posture requirements of the tenant are judged as well. */
  readonly compliant?: boolean;
  readonly os?: string;
  readonly osVersion?: string;
  readonly diskEncrypted?: boolean;
  readonly screenLock?: boolean;
  readonly firewall?: boolean;
  readonly checkedAt: CheckedAt;
}

/** A fixed moment (epoch ms), or so many seconds before the tenant is applied (for demos and tests). */
export type CheckedAt = { readonly atMs: number } | { readonly agoSeconds: number };

/** A FHIR R4 or R5 Consent; only `resourceType` and `id` are checked here. */
export interface ConsentDefinition {
  readonly id: string;
  readonly resource: JsonObject;
}

/** A golden case: a question, the facts it is asked under, and what must come out. */
export interface GoldenCase {
  readonly name: string;
  /** The question itself; absent where `admission` stands for it. */
  readonly request?: EvaluationRequest;
  /** The `request` of a Kubernetes AdmissionReview, without what its manifest says itself. */
  readonly admission?: JsonObject;
  /** The moment it is asked at (epoch ms); the runner's own time where absent. */
  readonly atMs?: number;
  readonly facts?: GoldenFacts;
  readonly expect: GoldenExpectation;
  /** File that holds the case, for messages. */
  readonly file: string;
}

/** A case that asks what a request line becomes, not what is decided about it. */
export interface RouteCase {
  readonly name: string;
  readonly route: {
    readonly pep: string;
    readonly method: string;
    /** With or without a query. */
    readonly path: string;
    readonly host?: string;
  };
  /** The context counts where it is given. */
  readonly expect:
    | 'no-route'
    | { readonly action: string; readonly resource: EntityRef; readonly context?: JsonObject };
  /** File that holds the case, for messages. */
  readonly file: string;
}

/** One case of tests/*.yaml. */
export type TestCase = GoldenCase | RouteCase;

/** Facts of a golden case. What is absent is unknown. */
export interface GoldenFacts {
  readonly authn?: GoldenAuthn;
  readonly device?: GoldenDevice;
  readonly network?: GoldenNetwork;
  readonly risk?: GoldenRisk;
  readonly consent?: GoldenConsent;
  readonly grants?: readonly GoldenGrant[];
}

export interface GoldenAuthn {
  readonly method?: 'token' | 'asserted';
  readonly verified?: boolean;
  readonly issuer?: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
  readonly authTimeMs?: number;
}

export interface GoldenDevice extends Omit<DeviceDefinition, 'id' | 'owner' | 'checkedAt'> {
  readonly id?: string;
  readonly checkedAt?: CheckedAt;
}

export interface GoldenNetwork {
  readonly ip?: string;
  readonly country?: string;
  readonly continent?: string;
  readonly region?: string;
  readonly asn?: number;
  readonly anonymizer?: boolean;
}

export interface GoldenRisk {
  readonly score?: number;
  readonly level?: 'low' | 'medium' | 'high';
  readonly reasons?: readonly string[];
}

export interface GoldenConsent {
  readonly status: 'permit' | 'deny' | 'none' | 'unknown';
  readonly purpose?: string;
  readonly directive?: string;
  readonly expiresAtMs?: number;
}

export interface GoldenGrant {
  readonly id?: string;
  readonly role: EntityRef;
  readonly endsAtMs?: number;
  readonly breakGlass?: boolean;
}

/** `reasons` must all be among those given; `determining` and `obligations` must be exactly those given, in any order. */
export interface GoldenExpectation {
  readonly decision: boolean;
  readonly reasons?: readonly string[];
  readonly determining?: readonly string[];
  readonly obligations?: readonly string[];
}
