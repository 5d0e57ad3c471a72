import type { Indexes } from './indexes.js';
import { PendingChanges, type PendingFact } from './pending-changes.js';
import { settlingIndexes } from './settling-indexes.js';

/** A tenant's indexes, which can take in many changes at once without a moment in which a part of them is seen, or anybody waits. */
export class LiveIndexes {
  /** What to read and to change; while changes are pending, what is touched is settled first. */
  now: Indexes;
  private pending: PendingChanges | undefined;

  constructor(private readonly made: Indexes) {
    this.now = made;
  }

  /** How much is held of all registers together. */
  get size(): number {
    return sizesOf(this.made).reduce((sum, size) => sum + size, 0);
  }

  get largestSize(): number {
    return Math.max(...sizesOf(this.made));
  }

  /**
   * Gets changes ready. They come into force together when what is returned is called, and are made one by one after that, with `put`; it
   * resolves when all are made. Only one set at a time, and only where everything is held whole.
   */
  async stage(
    facts: readonly PendingFact[],
    put: (fact: PendingFact) => void,
  ): Promise<() => Promise<void>> {
    const pending = new PendingChanges(put, (fact) => this.ownersBeforeAndAfter(fact));
    await pending.stage(facts);
    return () => this.settle(pending);
  }

  /** For walks over all entities. */
  settleAllEntities(): void {
    this.pending?.settleAllEntities();
  }

  private async settle(pending: PendingChanges): Promise<void> {
    const { store } = this.made.entities;
    this.pending = pending;
    this.now = settlingIndexes(this.made, pending);
    store.settleWith(pending.settleEntity);
    await pending.drain();
    this.pending = undefined;
    this.now = this.made;
    store.settleWith();
  }

  private ownersBeforeAndAfter(fact: PendingFact): (string | undefined)[] {
    const { devices, consents, grants } = this.made;
    switch (fact.kind) {
      case 'entity':
        return [];
      case 'device':
        return [devices.ownerOf(fact.key[0]), fact.value?.ownerId];
      case 'consent':
        return [consents.ownerOf(fact.key[0]), fact.value?.patientRef];
      case 'grant':
        return [grants.ownerOf(fact.key[0]), fact.value?.subject.id];
    }
  }
}

function sizesOf({ entities, devices, consents, grants, places }: Indexes): number[] {
  return [entities.store, devices, consents, grants, places].map(({ size }) => size);
}
