import type { EntityRecord, EntityRef, TenantSettings } from '@sallyport/contracts';
import type { ConsentDirective } from '@sallyport/consent';
import { isOpen, type Grant } from '@sallyport/grants';
import { EntityStore, type LoadedPolicy, RefMap } from '@sallyport/policy';
import { assessTravel, updatePlaceHistory, type Place, type PostureRecord } from '@sallyport/risk';
import type { TenantFacts, VersionedAccessRule } from './facts.ports.js';
import { Grouped } from './grouped.js';
import type { StoredFact } from './stored-fact.js';

/** One tenant's facts, indexed. All of it is synchronous: nobody sees a state between two versions. */
export class TenantRegister implements TenantFacts {
  version = 0;
  /** When the register was last known to hold everything committed by then, on the process's monotonic clock. */
  completeAtMs = Number.NEGATIVE_INFINITY;
  policy: LoadedPolicy | undefined;
  shadow: LoadedPolicy | undefined;
  private currentSettings: TenantSettings | undefined;
  readonly entityStore = new EntityStore();
  private readonly devices = new Grouped<PostureRecord>(({ ownerId }) => ownerId);
  private readonly consents = new Grouped<ConsentDirective>(({ patientRef }) => patientRef);
  private readonly grants = new Grouped<Grant>(({ subjectId }) => subjectId);
  private readonly places = new RefMap<Place>();
  private readonly rules = new Map<string, VersionedAccessRule>();

  constructor(readonly tenantId: string) {}

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

  membersOf(ref: EntityRef): readonly EntityRef[] {
    return this.entityStore.membersOf(ref);
  }

  ancestorsOf(ref: EntityRef): readonly EntityRef[] {
    return this.entityStore.ancestorsOf(ref);
  }

  device(id: string): PostureRecord | undefined {
    return this.devices.get(id);
  }

  devicesOf(ownerId: string): readonly PostureRecord[] {
    return this.devices.list(ownerId);
  }

  consentsOf(patient: string): readonly ConsentDirective[] {
    return this.consents.list(patient);
  }

  grantsOf(subject: EntityRef): readonly Grant[] {
    return this.grants.list(subject.id, subject.type);
  }

  place(subject: EntityRef): Place | undefined {
    return this.places.get(subject);
  }

  accessRule(id: string): VersionedAccessRule | undefined {
    return this.rules.get(id);
  }

  accessRules(): readonly VersionedAccessRule[] {
    return [...this.rules.values()];
  }

  entities(except?: ReadonlySet<string>): Iterable<EntityRecord> {
    return this.entityStore.records(except);
  }

  /** Takes in what the database says. Credentials and policies live elsewhere: they need the whole process. */
  put(fact: StoredFact): void {
    switch (fact.kind) {
      case 'tenant':
        this.currentSettings = fact.value;
        return;
      case 'entity':
        if (fact.value) this.entityStore.put(fact.value);
        else this.entityStore.remove({ type: fact.key[0], id: fact.key[1] });
        return;
      case 'device':
        if (fact.value) this.devices.put(fact.key[0], fact.value);
        else this.devices.delete(fact.key[0]);
        return;
      case 'consent':
        if (fact.value) this.consents.put(fact.key[0], fact.value);
        else this.consents.delete(fact.key[0]);
        return;
      case 'grant':
        this.putGrant(fact);
        return;
      case 'place':
        if (fact.value) this.putPlace(fact.value.subject, fact.value.place);
        return;
      case 'rule':
        if (fact.value) this.rules.set(fact.key[0], fact.value);
        else this.rules.delete(fact.key[0]);
        return;
      case 'pep':
      case 'api-token':
      case 'policy':
      case 'artifact':
    }
  }

  /** Takes in a sighting. Returns the place that is worth storing, if this changed it. */
  sight(subject: EntityRef, observed: Place): Place | undefined {
    const stored = this.places.get(subject);
    const travel = assessTravel(stored, observed, this.settings.location);
    const { baseline, changed } = updatePlaceHistory(stored, observed, travel);
    if (!changed || baseline === undefined) return undefined;
    this.putPlace(subject, baseline);
    return baseline;
  }

  /** Memory may be ahead of the database, which learns places later: the newer sighting stays. */
  private putPlace(subject: EntityRef, place: Place): void {
    const known = this.places.get(subject);
    if (known === undefined || known.atMs <= place.atMs) this.places.set(subject, place);
  }

  /** Takes over from `previous` what a fresh load does not bring: loaded policies, and places not yet written. */
  succeed(previous: TenantRegister): void {
    this.policy = previous.policy;
    this.shadow = previous.shadow;
    previous.places.forEach((subject, place) => this.putPlace(subject, place));
  }

  private putGrant(fact: Extract<StoredFact, { kind: 'grant' }>): void {
    const [id] = fact.key;
    if (fact.value && isOpen(fact.value.grant)) {
      this.grants.put(id, fact.value.grant, fact.value.subject.type);
    } else {
      this.grants.delete(id);
    }
  }
}
