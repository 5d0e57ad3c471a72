import type { EntityRecord, EntityRef } from '@sallyport/contracts';
import type { ConsentDirective } from '@sallyport/consent';
import type { Grant } from '@sallyport/grants';
import { EntityStore, RefMap } from '@sallyport/policy';
import type { Place, PostureRecord } from '@sallyport/risk';
import { Grouped } from './grouped.js';

/** Values by owner. A read may throw `NotResident` where the register is too large to be held whole. */
export interface Lists<V> {
  readonly size: number;
  list(owner: string, ownerKind?: string): readonly V[];
  put(id: string, value: V, ownerKind?: string): void;
  delete(id: string): void;
  /** Whose the value of that id is, as far as it is held. */
  ownerOf(id: string): string | undefined;
  /** What the owners of a kind have here, as far as it is held. */
  entries(ownerKind?: string): Iterable<readonly [owner: string, values: readonly V[]]>;
}

export interface DeviceIndex extends Lists<PostureRecord> {
  get(id: string): PostureRecord | undefined;
}

export interface PlaceIndex {
  readonly size: number;
  get(subject: EntityRef): Place | undefined;
  /** Whether `get` would answer. */
  holds(subject: EntityRef): boolean;
  set(subject: EntityRef, place: Place): void;
}

export interface EntityIndex {
  readonly store: EntityStore;
  /** What an entity has become; undefined: it is gone. */
  change(ref: EntityRef, record: EntityRecord | undefined): void;
}

/** The registers of one tenant that may be large. */
export interface Indexes {
  readonly entities: EntityIndex;
  readonly devices: DeviceIndex;
  readonly consents: Lists<ConsentDirective>;
  readonly grants: Lists<Grant>;
  readonly places: PlaceIndex;
}

/** Whose a value is. */
export const owners = {
  device: ({ ownerId }: PostureRecord) => ownerId,
  consent: ({ patientRef }: ConsentDirective) => patientRef,
  grant: ({ subjectId }: Grant) => subjectId,
};

/** Everything in memory. */
export function wholeIndexes(places: PlaceIndex = new WholePlaces()): Indexes {
  const store = new EntityStore();
  const change: EntityIndex['change'] = (ref, record) =>
    record ? store.put(record) : store.remove(ref);
  return {
    entities: { store, change },
    devices: new Grouped(owners.device),
    consents: new Grouped(owners.consent),
    grants: new Grouped(owners.grant),
    places,
  };
}

class WholePlaces extends RefMap<Place> implements PlaceIndex {
  holds(): boolean {
    return true;
  }
}
