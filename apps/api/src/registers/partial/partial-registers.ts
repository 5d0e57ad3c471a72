import type { EntityRef } from '@sallyport/contracts';
import { NotResident, RefMap } from '@sallyport/policy';
import type { PostureRecord } from '@sallyport/risk';
import { UnavailableError } from '../../platform/errors.js';
import {
  type DeviceIndex,
  type Indexes,
  owners,
  type PlaceIndex,
  wholeIndexes,
} from '../indexes.js';
import type { StoredFact, StoredPlace } from '../stored-fact.js';
import { Fetcher } from './fetcher.js';
import { Journal } from './journal.js';
import { PartialEntities } from './partial-entities.js';
import { FoundLists } from './found-lists.js';
import { PartialDevices } from './partial-devices.js';
import { PartialLists } from './partial-lists.js';
import { PartialPlaces } from './partial-places.js';
import { type Found, type LargeKind, type Wanted, wantedOf } from './wanted.js';

export interface PartialOptions {
  /** The kinds that are too large to be held whole. */
  readonly kinds: ReadonlySet<LargeKind>;
  /** How much of each is held. */
  readonly maxItems: number;
  /** Undefined where the tenant is gone. */
  readonly find: (wanted: readonly Wanted[]) => Promise<Found | undefined>;
  /**
   * Brings the register up to a version. One that another has taken over from stays where it is: it serves those who began with it to
   * their end, and a newer fact does them no harm.
   */
  readonly reach: (version: number) => Promise<void>;
}

/**
 * Registers that hold what was asked for lately, each part exactly as the feed left it: what is read from the database is taken in only
 * when the register has come as far as the reading, and without what the feed changed meanwhile.
 */
export class PartialRegisters {
  readonly indexes: Indexes;
  private readonly journal = new Journal();
  private readonly fetcher = new Fetcher((batch) => this.fetch(batch));
  private readonly entities: PartialEntities | undefined;
  /** By the part that they answer for. */
  private readonly lists = new Map<Wanted['part'], PartialLists<object>>();

  constructor(private readonly options: PartialOptions) {
    const { kinds, maxItems } = options;
    const whole = wholeIndexes();
    if (kinds.has('entity'))
      this.entities = new PartialEntities((ref) => this.miss({ part: 'entity', ref }), maxItems);
    this.indexes = {
      entities: this.entities ?? whole.entities,
      devices: kinds.has('device') ? this.devices() : whole.devices,
      consents: kinds.has('consent') ? this.listsOf('consents-of', owners.consent) : whole.consents,
      grants: kinds.has('grant') ? this.listsOf('grants-of', owners.grant) : whole.grants,
      places: kinds.has('place') ? this.places() : whole.places,
    };
  }

  get kinds(): ReadonlySet<LargeKind> {
    return this.options.kinds;
  }

  /** To be told of every change before it is put. */
  record(fact: StoredFact): void {
    this.journal.record(fact);
  }

  private async fetch(batch: readonly Wanted[]): Promise<void> {
    this.journal.open();
    try {
      const found = await this.options.find(batch);
      if (!found) throw new UnavailableError('the tenant is gone');
      await this.options.reach(found.version);
      this.takeIn(batch, found.facts);
    } finally {
      this.journal.close();
    }
  }

  private takeIn(batch: readonly Wanted[], facts: readonly StoredFact[]): void {
    this.takeEntities(batch, facts);
    const found = new FoundLists();
    for (const { key, value } of this.journal.over('device', facts)) {
      found.add('device', '', key[0], key[0], value);
      found.add('devices-of', '', value?.ownerId, key[0], value);
    }
    for (const { key, value } of this.journal.over('consent', facts))
      found.add('consents-of', '', value?.patientRef, key[0], value);
    for (const { key, value } of this.journal.over('grant', facts))
      found.add('grants-of', value?.subject.type, value?.subject.id, key[0], value?.grant);
    for (const { key, value } of this.journal.over('place', facts))
      found.add('place-of', value?.subject.type, value?.subject.id, key[0], value);
    for (const wanted of batch) this.hold(wanted, found);
  }

  private hold(wanted: Wanted, found: FoundLists): void {
    const { part } = wanted;
    const lists = this.lists.get(part);
    const { type, id } = 'ref' in wanted ? wanted.ref : { type: '', id: wanted.id };
    // What is held already followed the feed.
    if (lists && !lists.holds(id, type)) lists.hold(id, type, found.get(part, type, id));
  }

  /** A search for an entity finds all that is above it: what is named there and was not found does not exist. */
  private takeEntities(batch: readonly Wanted[], facts: readonly StoredFact[]): void {
    const { entities, journal } = this;
    if (!entities) return;
    // By what was found, not by what is held: something that was taken in may have had to go again already.
    const found = new RefMap<true>();
    const named: EntityRef[] = batch.flatMap((one) => (one.part === 'entity' ? one.ref : []));
    for (const fact of facts) {
      if (fact.kind !== 'entity' || !fact.value) continue;
      const { uid, parents } = fact.value;
      found.set(uid, true);
      named.push(...parents);
      take(uid, fact);
    }
    for (const ref of named)
      if (!found.get(ref)) take(ref, { kind: 'entity', key: [ref.type, ref.id] });

    function take(ref: EntityRef, fact: StoredFact): void {
      const now = journal.changeOf(fact) ?? fact;
      if (now.kind === 'entity' && !entities?.isKnown(ref)) entities?.hold(ref, now.value);
    }
  }

  private devices(): DeviceIndex {
    return new PartialDevices(
      this.listsOf('device', ({ deviceId }: PostureRecord) => deviceId),
      this.listsOf('devices-of', owners.device),
    );
  }

  private places(): PlaceIndex {
    return new PartialPlaces(this.listsOf('place-of', ({ subject }: StoredPlace) => subject.id));
  }

  private listsOf<V extends object>(
    part: Exclude<Wanted['part'], 'entity'>,
    ownerOf: (value: V) => string | undefined,
  ): PartialLists<V> {
    const miss = (id: string, type: string) => this.miss(wantedOf(part, type, id));
    const lists = new PartialLists<V>(ownerOf, miss, this.options.maxItems);
    this.lists.set(part, lists as unknown as PartialLists<object>);
    return lists;
  }

  private miss(wanted: Wanted): never {
    throw new NotResident(() => this.fetcher.bring(wanted));
  }
}
