import type { EntityRef } from '@sallyport/contracts';
import { RefMap } from '@sallyport/policy';
import { turn } from '../platform/turn.js';
import type { StoredFact } from './stored-fact.js';

/** Changes that are looked up by what they change; the others are few, or need no order. */
export type PendingFact = Extract<StoredFact, { kind: 'entity' | 'device' | 'consent' | 'grant' }>;

/** Longer turns would make decisions wait. */
const MAX_TURN_MS = 4;
const FACTS_BETWEEN_LOOKS = 64;

/**
 * Many changes that come into force in one moment and are made one by one: whoever reads something first has it settled. `put` makes a
 * change; `ownersOf` says whose lists it touches, before and after.
 */
export class PendingChanges {
  private readonly entities = new RefMap<PendingFact>();
  private readonly others = new Map<string, PendingFact>();
  private readonly byOwner = new Map<string, PendingFact[]>();

  constructor(
    private readonly put: (fact: PendingFact) => void,
    private readonly ownersOf: (fact: PendingFact) => readonly (string | undefined)[],
  ) {}

  /** Takes changes in, in bounded turns; nothing of it is in force yet. */
  async stage(facts: readonly PendingFact[]): Promise<void> {
    await inTurns(facts, (fact) => this.add(fact));
  }

  /** Makes the change of one entity, if there is one. */
  settleEntity = (ref: EntityRef): void => {
    const fact = this.entities.get(ref);
    if (fact) this.settle(fact);
  };

  settleItem(kind: PendingFact['kind'], id: string): void {
    const fact = this.others.get(keyOf(kind, id));
    if (fact) this.settle(fact);
  }

  settleListsOf(kind: PendingFact['kind'], owner: string): void {
    for (const fact of this.byOwner.get(keyOf(kind, owner)) ?? []) this.settle(fact);
    this.byOwner.delete(keyOf(kind, owner));
  }

  settleAllEntities(): void {
    for (const fact of [...this.entities.values()]) this.settle(fact);
  }

  settleAll(kind: PendingFact['kind']): void {
    for (const fact of [...this.others.values()]) if (fact.kind === kind) this.settle(fact);
  }

  /** Makes what is left, in bounded turns, the first of them not this one. */
  async drain(): Promise<void> {
    await turn();
    await inTurns([...this.entities.values(), ...this.others.values()], (fact) =>
      this.settle(fact),
    );
  }

  private add(fact: PendingFact): void {
    if (fact.kind === 'entity')
      return this.entities.set({ type: fact.key[0], id: fact.key[1] }, fact);
    this.others.set(keyOf(fact.kind, fact.key[0]), fact);
    for (const owner of this.ownersOf(fact)) {
      if (owner === undefined) continue;
      const key = keyOf(fact.kind, owner);
      const facts = this.byOwner.get(key);
      if (facts) facts.push(fact);
      else this.byOwner.set(key, [fact]);
    }
  }

  /** Once: what is found by its owner as well as by its id is made by whichever is first. */
  private settle(fact: PendingFact): void {
    if (fact.kind === 'entity') {
      const ref = { type: fact.key[0], id: fact.key[1] };
      if (this.entities.get(ref) !== fact) return;
      this.entities.delete(ref);
    } else if (!this.isPending(fact)) return;
    else this.others.delete(keyOf(fact.kind, fact.key[0]));
    this.put(fact);
  }

  private isPending(fact: PendingFact): boolean {
    return this.others.get(keyOf(fact.kind, fact.key[0])) === fact;
  }
}

export function isPendingKind(fact: StoredFact): fact is PendingFact {
  return (
    fact.kind === 'entity' ||
    fact.kind === 'device' ||
    fact.kind === 'consent' ||
    fact.kind === 'grant'
  );
}

/** Does something with each, letting others have their turn of the event loop every few milliseconds. */
export async function inTurns<T>(items: readonly T[], act: (item: T) => void): Promise<void> {
  let until = performance.now() + MAX_TURN_MS;
  for (const [at, item] of items.entries()) {
    act(item);
    if (at % FACTS_BETWEEN_LOOKS !== 0 || performance.now() < until) continue;
    await turn();
    until = performance.now() + MAX_TURN_MS;
  }
}

/** Two different things may share a key: then one is settled without need. */
function keyOf(kind: PendingFact['kind'], name: string): string {
  return `${kind} ${name}`;
}
