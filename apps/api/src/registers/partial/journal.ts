import type { StoredFact } from '../stored-fact.js';

type Kind = StoredFact['kind'];
type FactOf<K extends Kind> = Extract<StoredFact, { kind: K }>;

/** What the feed changes while something is being read: what was read may be older than that. */
export class Journal {
  private readonly changes = new Map<string, StoredFact>();
  private readers = 0;

  open(): void {
    this.readers += 1;
  }

  close(): void {
    this.readers -= 1;
    if (this.readers === 0) this.changes.clear();
  }

  record(fact: StoredFact): void {
    if (this.readers > 0) this.changes.set(keyOf(fact), fact);
  }

  /** What the feed says of a fact, if it has said anything since. */
  changeOf(fact: StoredFact): StoredFact | undefined {
    return this.changes.get(keyOf(fact));
  }

  /** The facts of a kind as they are now: those that were read, as the feed left them, and those that it brought. */
  *over<K extends Kind>(kind: K, read: readonly StoredFact[]): IterableIterator<FactOf<K>> {
    const seen = new Set<string>();
    for (const fact of read) {
      if (!isOf(fact, kind)) continue;
      const key = keyOf(fact);
      // Two parts that were wanted together may share it.
      if (seen.has(key)) continue;
      seen.add(key);
      const changed = this.changes.get(key) ?? fact;
      if (isOf(changed, kind)) yield changed;
    }
    for (const [key, fact] of this.changes) if (isOf(fact, kind) && !seen.has(key)) yield fact;
  }
}

function isOf<K extends Kind>(fact: StoredFact, kind: K): fact is FactOf<K> {
  return fact.kind === kind;
}

function keyOf({ kind, key }: StoredFact): string {
  return JSON.stringify([kind, ...key]);
}
