import type { EntityRecord, EntityRef, TenantSettings } from '@sallyport/contracts';
import type { ConsentDirective } from '@sallyport/consent';
import { isOpen, type Grant } from '@sallyport/grants';
import type { EntityStore, LoadedPolicy } from '@sallyport/policy';
import { assessTravel, updatePlaceHistory, type Place, type PostureRecord } from '@sallyport/risk';
import type { TenantFacts, VersionedAccessRule } from './facts.ports.js';
import { wholeIndexes } from './indexes.js';
import { LiveIndexes } from './live-indexes.js';
import type { PartialRegisters } from './partial/partial-registers.js';
import { RegisterTooLargeError } from './register-too-large.js';
import type { PendingFact } from './pending-changes.js';
import type { StoredFact } from './stored-fact.js';

/** One tenant's facts, indexed. All of it is synchronous: nobody sees a state between two versions. */
export class TenantRegister implements TenantFacts {
  version = 0;
  /** When the register was last known to hold everything committed by then, on the process's monotonic clock. */
  completeAtMs = Number.NEGATIVE_INFINITY;
  policy: LoadedPolicy | undefined;
  shadow: LoadedPolicy | undefined;
  private currentSettings: TenantSettings | undefined;
  private readonly rules = new Map<string, VersionedAccessRule>();
  private readonly endedAhead = new Set<string>();
  private aheadVersion = 0;
  private ruleList: readonly VersionedAccessRule[] | undefined;
  readonly live: LiveIndexes;
  /** Resolves when no change is left to be made. */
  settled: Promise<void> = Promise.resolve();
  private readonly partial: PartialRegisters | undefined;

  /**
   * With `partial`, some registers hold only what was asked for lately, and reading them may throw `NotResident`. A register that takes over
   * from `previous` shares its places: those not yet written would be lost with them.
   */
  constructor(
    readonly tenantId: string,
    { partial, previous }: { partial?: PartialRegisters; previous?: TenantRegister } = {},
  ) {
    this.partial = partial;
    const places = previous?.partial ? undefined : previous?.live.now.places;
    this.live = new LiveIndexes(partial?.indexes ?? wholeIndexes(places));
  }

  get entityStore(): EntityStore {
    return this.live.now.entities.store;
  }

  get settings(): TenantSettings {
    // INVARIANT: a register is published only after its tenant row was put.
    if (!this.currentSettings) throw new Error(`tenant ${this.tenantId} is not loaded`);
    return this.currentSettings;
  }

  get displayName(): string {
    return this.settings.displayName;
  }

  entity(ref: EntityRef): EntityRecord | undefined {
    return this.entityStore.get(ref);
  }

  membersOf(ref: EntityRef, limit?: number): readonly EntityRef[] {
    this.requireWhole('entity');
    return this.entityStore.membersOf(ref, limit);
  }

  idsOf(type: string): Iterable<string> {
    this.requireWhole('entity');
    return this.entityStore.idsOf(type);
  }

  grantHolders(type: string): Iterable<readonly [id: string, grants: readonly Grant[]]> {
    this.requireWhole('grant');
    return this.live.now.grants.entries(type);
  }

  ancestorsOf(ref: EntityRef): readonly EntityRef[] {
    return this.entityStore.ancestorsOf(ref);
  }

  device(id: string): PostureRecord | undefined {
    return this.live.now.devices.get(id);
  }

  devicesOf(ownerId: string): readonly PostureRecord[] {
    return this.live.now.devices.list(ownerId);
  }

  consentsOf(patient: string): readonly ConsentDirective[] {
    return this.live.now.consents.list(patient);
  }

  grantsOf(subject: EntityRef): readonly Grant[] {
    return this.live.now.grants.list(subject.id, subject.type);
  }

  place(subject: EntityRef): Place | undefined {
    return this.live.now.places.get(subject);
  }

  accessRule(id: string): VersionedAccessRule | undefined {
    return this.rules.get(id);
  }

  accessRules(): readonly VersionedAccessRule[] {
    return (this.ruleList ??= [...this.rules.values()]);
  }

  entities(except?: ReadonlySet<string>): Iterable<EntityRecord> {
    this.requireWhole('entity');
    return this.entityStore.records(except);
  }

  /** Whether every register is held whole. */
  get isWhole(): boolean {
    return this.partial === undefined;
  }

  /** Takes in what the database says. Credentials and policies live elsewhere: they need the whole process. */
  put(stored: StoredFact): void {
    const fact = stored.kind === 'grant' ? this.openOrGone(stored) : stored;
    this.partial?.record(fact);
    const { entities, devices, consents, grants } = this.live.now;
    switch (fact.kind) {
      case 'tenant':
        this.currentSettings = fact.value;
        return;
      case 'entity':
        entities.change({ type: fact.key[0], id: fact.key[1] }, fact.value);
        return;
      case 'device':
        if (fact.value) devices.put(fact.key[0], fact.value);
        else devices.delete(fact.key[0]);
        return;
      case 'consent':
        if (fact.value) consents.put(fact.key[0], fact.value);
        else consents.delete(fact.key[0]);
        return;
      case 'grant':
        if (fact.value) grants.put(fact.key[0], fact.value.grant, fact.value.subject.type);
        else grants.delete(fact.key[0]);
        return;
      case 'place':
        if (fact.value) this.putPlace(fact.value.subject, fact.value.place);
        return;
      case 'rule':
        if (fact.value) this.rules.set(fact.key[0], fact.value);
        else this.rules.delete(fact.key[0]);
        this.ruleList = undefined;
        return;
      case 'pep':
      case 'api-token':
      case 'policy':
      case 'artifact':
    }
  }

  /** Takes in a sighting. Returns the place that is worth storing, if this changed it. */
  sight(subject: EntityRef, observed: Place): Place | undefined {
    const { places } = this.live.now;
    // What has gone from memory since the decision cannot be compared with.
    if (!places.holds(subject)) return undefined;
    const stored = places.get(subject);
    const travel = assessTravel(stored, observed, this.settings.location);
    const { baseline, changed } = updatePlaceHistory(stored, observed, travel);
    if (!changed || baseline === undefined) return undefined;
    this.putPlace(subject, baseline);
    return baseline;
  }

  /** Memory may be ahead of the database, which learns places later: the newer sighting stays. */
  private putPlace(subject: EntityRef, place: Place): void {
    const { places } = this.live.now;
    if (!places.holds(subject)) return;
    const known = places.get(subject);
    if (known === undefined || known.atMs <= place.atMs) places.set(subject, place);
  }

  /**
   * Gets many changes ready. They come into force together when what is returned is called, and are made one by one after that, which
   * `settled` waits for. Nobody sees a part of them, and nobody waits. Only one at a time, and only in a register that is held whole.
   */
  async stage(facts: readonly PendingFact[]): Promise<() => void> {
    const comeIntoForce = await this.live.stage(facts, (fact) => this.put(fact));
    return () => {
      this.settled = comeIntoForce().catch(() => {
        // What could not be made is in nobody's way only if all of it is read anew.
        this.version = NEVER;
      });
    };
  }

  /** Takes over the loaded policies, which a fresh load does not bring, and what ended since that began. */
  succeed(previous: TenantRegister): void {
    this.endAhead([...previous.endedAhead], previous.aheadVersion);
    this.policy = previous.policy;
    this.shadow = previous.shadow;
  }

  /**
   * Ends grants before the changes that came with it: what ended stays ended, so it does no harm to know it early. What says otherwise until
   * `version` is older.
   */
  endAhead(grantIds: readonly string[], version: number): void {
    for (const id of grantIds) {
      this.endedAhead.add(id);
      this.put({ kind: 'grant', key: [id] });
    }
    this.aheadVersion = Math.max(this.aheadVersion, version);
  }

  /** The version up to which what ended is known. */
  get lookedAheadTo(): number {
    return Math.max(this.version, this.aheadVersion);
  }

  /** Everything up to a version is in force now. */
  reached(version: number): void {
    this.version = version;
    if (version >= this.aheadVersion) this.endedAhead.clear();
  }

  /** A grant that has come to its end is one that is not there. */
  private openOrGone({ key, value }: Extract<StoredFact, { kind: 'grant' }>): StoredFact {
    const isGone = !value || !isOpen(value.grant) || this.endedAhead.has(key[0]);
    return isGone ? { kind: 'grant', key } : { kind: 'grant', key, value };
  }

  /** What `entity` and its like can not say one by one: only where all of the register is here. */
  private requireWhole(kind: 'entity' | 'grant'): void {
    if (this.partial?.kinds.has(kind)) throw new RegisterTooLargeError(kind);
    if (kind === 'entity') this.live.settleAllEntities();
  }
}

/** A version that no feed names: the register is loaded anew. */
const NEVER = -1;
