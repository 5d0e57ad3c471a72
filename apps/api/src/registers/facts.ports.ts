import type {
  DataTable,
  EntityRecord,
  EntityRef,
  JsonObject,
  PepLimits,
  PepOpaPath,
  PolicyBundle,
} from '@sallyport/contracts';
import type { TenantSettings } from '@sallyport/contracts';
import type { ConsentDirective } from '@sallyport/consent';
import type { AccessRule, Grant } from '@sallyport/grants';
import type { EntityStore, LoadedPolicy } from '@sallyport/policy';
import type { Place, PostureRecord } from '@sallyport/risk';

export { NotResident } from '@sallyport/policy';
export { whenResident } from './when-resident.js';

/** A PEP as decisions need it. */
export interface Pep {
  readonly tenantId: string;
  readonly name: string;
  readonly kind: string;
  readonly mode: 'enforce' | 'warn' | 'monitor';
  /** undefined: the default trust (subject, ip, device_id); otherwise exact, `*` for everything. */
  readonly trustedProperties: ReadonlySet<string> | undefined;
  readonly explain: boolean;
  readonly strict: boolean;
  /** Seconds that it may keep an answer at most; not at all where undefined. */
  readonly cacheSeconds?: number | undefined;
  readonly routes: readonly JsonObject[];
  readonly authoritative?: boolean | undefined;
  readonly opa?: readonly PepOpaPath[] | undefined;
  readonly limits?: PepLimits | undefined;
  readonly data?: Readonly<Record<string, DataTable>> | undefined;
}

export interface VersionedAccessRule {
  readonly version: number;
  readonly rule: AccessRule;
}

/**
 * Everything a decision may ask about one tenant: in memory, indexed, never a database read (design §5). Where a register is too large
 * for that, a read of what is not there throws `NotResident`, whose `bring` fetches it: see `whenResident`.
 * The object is live: the change feed moves it forward between two decisions, never during one (all of it is synchronous).
 */
export interface TenantFacts {
  readonly tenantId: string;
  readonly displayName: string;
  /** Version of the registers that the content reflects. */
  readonly version: number;
  readonly settings: TenantSettings;
  /** The promoted policy version; undefined when none was promoted. */
  readonly policy: LoadedPolicy | undefined;
  /** The same version with every policy enforced, whatever its `@mode`; undefined when all are. */
  readonly shadow: LoadedPolicy | undefined;
  /** What policies walk; nobody but the register changes it. */
  readonly entityStore: EntityStore;
  entity(ref: EntityRef): EntityRecord | undefined;
  /**
   * Members reached through any chain of parents, e.g. everyone in `group::"oncall"`, nearest first; a few more than `limit` where there are more.
   * Throws RegisterTooLargeError.
   */
  membersOf(ref: EntityRef, limit?: number): readonly EntityRef[];
  /** Every entity of a type, in no order. Throws RegisterTooLargeError. */
  idsOf(type: string): Iterable<string>;
  /** Whoever of a type has grants that have not reached a terminal state, in no order. Throws RegisterTooLargeError. */
  grantHolders(type: string): Iterable<readonly [id: string, grants: readonly Grant[]]>;
  /** The subject's transitive parents, its grants not counted. */
  ancestorsOf(ref: EntityRef): readonly EntityRef[];
  device(id: string): PostureRecord | undefined;
  devicesOf(ownerId: string): readonly PostureRecord[];
  consentsOf(patient: string): readonly ConsentDirective[];
  /** Every grant of the subject that has not reached a terminal state; the caller compares time. */
  grantsOf(subject: EntityRef): readonly Grant[];
  place(subject: EntityRef): Place | undefined;
  accessRule(id: string): VersionedAccessRule | undefined;
  accessRules(): readonly VersionedAccessRule[];
  /** All entities but those of a type in `except`. Throws RegisterTooLargeError. */
  entities(except?: ReadonlySet<string>): Iterable<EntityRecord>;
}

export interface FactChange {
  readonly tenantId: string;
  readonly kind:
    | 'tenant'
    | 'pep'
    | 'entity'
    | 'device'
    | 'consent'
    | 'place'
    | 'policy'
    | 'rule'
    | 'grant'
    | 'api-token'
    /** Not a fact: it only tells live screens. */
    | 'request'
    /** Not a fact either: it tells enforcement points which token was revoked. */
    | 'token';
  /** The row's key columns. */
  readonly key: readonly string[];
}

/** Who presented an API token (`spt_…`). */
export interface ApiTokenHolder {
  readonly tenantId: string;
  readonly tokenId: string;
  readonly roles: readonly string[];
}

/** The facts of every tenant in this process. */
export abstract class FactsRegister {
  abstract tenant(tenantId: string): TenantFacts | undefined;
  abstract tenantIds(): readonly string[];
  /** The PEP that owns a key, compared in constant time by its SHA-256; undefined when nobody does. */
  abstract pepByKey(key: string): Pep | undefined;
  /** The PEP enrolled with this SPIFFE ID, which a verified certificate must have proved; undefined when nobody is, or two are. */
  abstract pepBySpiffeId(spiffeId: string): Pep | undefined;
  abstract apiToken(secret: string): ApiTokenHolder | undefined;
  /** Brings this process up to everything committed before the call: a writer's next decision sees its own write. */
  abstract catchUp(tenantId: string): Promise<void>;
  /** Loads a policy version whose artifact is stored, so that its promotion has nothing to wait for. Resolves when that is done, or cannot be. */
  abstract stagePolicy(tenantId: string, version: string): Promise<void>;
  /** Hands a version in force over to Cedar's own evaluator, at once and until another version comes. */
  abstract distrustPolicy(tenantId: string, version: string, sources: PolicyBundle): void;
  /** Milliseconds since the facts of a tenant were last known to be complete; without a tenant, those of the tenant that lags most. */
  abstract feedAgeMs(tenantId?: string): number;
  /** Remembers where a subject was seen; memory now, database shortly after. */
  abstract recordPlace(tenantId: string, subject: EntityRef, place: Place): void;
  /** Called after the change is visible in memory. Returns the unsubscribe function. */
  abstract onChange(listener: (change: FactChange) => void): () => void;
}
