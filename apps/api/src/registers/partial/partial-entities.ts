import type { EntityRecord, EntityRef } from '@sallyport/contracts';
import { EntityStore, type EntityNode } from '@sallyport/policy';
import type { EntityIndex } from '../indexes.js';
import { ClockRing } from './clock-ring.js';

/** The part of the entities that is known, with everything above each of them. What is known to be absent is held like the others. */
export class PartialEntities implements EntityIndex {
  readonly store: EntityStore;
  private readonly ring: ClockRing<EntityNode>;

  constructor(miss: (ref: EntityRef) => never, capacity: number) {
    // A question's subject and resource carry more than a reference.
    this.store = new EntityStore({ miss: ({ type, id }) => miss({ type, id }) });
    this.ring = new ClockRing(
      capacity,
      () => 1,
      (node) => this.store.evict(node),
    );
  }

  isKnown(ref: EntityRef): boolean {
    return this.store.peek(ref)?.isKnown === true;
  }

  /** A change from the feed: of what nothing names here, nothing is known and nothing needs to be. */
  change(ref: EntityRef, record: EntityRecord | undefined): void {
    if (this.store.peek(ref)) this.hold(ref, record);
  }

  /** Takes in what an entity is; undefined: it does not exist. */
  hold(ref: EntityRef, record: EntityRecord | undefined): void {
    const wasKnown = this.isKnown(ref);
    if (record) this.store.put(record);
    else this.store.remove(ref);
    const node = this.store.peek(ref);
    if (wasKnown || !node?.isKnown) return;
    node.wasRead = true;
    this.ring.add(node);
  }
}
