import { ClockRing, type Evictable } from './clock-ring.js';

interface Held<V> extends Evictable {
  readonly ownerKind: string;
  readonly owner: string;
  /** Ids and values in the same order. */
  ids: readonly string[];
  values: readonly V[];
}

/** A value with its id in the register. */
export type Item<V> = readonly [id: string, value: V];

/**
 * The lists of some owners, each whole or not at all; the same reads and changes as `Grouped`. An owner whose list is not held is a miss;
 * one that has nothing has an empty list, which is held like any other.
 */
export class PartialLists<V extends object> {
  private readonly lists = new Map<string, Map<string, Held<V>>>();
  /** Where each value that is held lies. */
  private readonly byId = new Map<string, Held<V>>();
  private readonly ring: ClockRing<Held<V>>;

  constructor(
    private readonly ownerOfValue: (value: V) => string | undefined,
    private readonly miss: (owner: string, ownerKind: string) => never,
    capacity: number,
  ) {
    const weightOf = ({ ids }: Held<V>) => 1 + ids.length; // an empty list takes room as well
    this.ring = new ClockRing(capacity, weightOf, (held) => this.evict(held));
  }

  /** How many values are held. */
  get size(): number {
    return this.byId.size;
  }

  list(owner: string, ownerKind = ''): readonly V[] {
    const held = this.lists.get(ownerKind)?.get(owner) ?? this.miss(owner, ownerKind);
    held.wasRead = true;
    return held.values;
  }

  *entries(ownerKind = ''): Iterable<readonly [owner: string, values: readonly V[]]> {
    for (const [owner, { values }] of this.lists.get(ownerKind) ?? []) yield [owner, values];
  }

  /** A change of a value: it matters where a list is held that it belongs to, or belonged to. */
  put(id: string, value: V, ownerKind = ''): void {
    this.delete(id);
    const owner = this.ownerOfValue(value);
    const held = owner === undefined ? undefined : this.lists.get(ownerKind)?.get(owner);
    if (!held) return;
    held.ids = [...held.ids, id];
    held.values = [...held.values, value];
    this.byId.set(id, held);
    this.ring.grow(1);
  }

  delete(id: string): void {
    const held = this.byId.get(id);
    if (!held) return;
    const at = held.ids.indexOf(id);
    held.ids = held.ids.toSpliced(at, 1);
    held.values = held.values.toSpliced(at, 1);
    this.byId.delete(id);
    this.ring.grow(-1);
  }

  ownerOf(id: string): string | undefined {
    return this.byId.get(id)?.owner;
  }

  holds(owner: string, ownerKind = ''): boolean {
    return this.lists.get(ownerKind)?.has(owner) === true;
  }

  /** Takes in the whole list of an owner whose list is not held. */
  hold(owner: string, ownerKind: string, items: readonly Item<V>[]): void {
    for (const [id] of items) this.delete(id);
    const held: Held<V> = {
      ownerKind,
      owner,
      ids: items.map(([id]) => id),
      values: items.map(([, value]) => value),
      wasRead: true,
    };
    for (const id of held.ids) this.byId.set(id, held);
    const owned = this.lists.get(ownerKind);
    if (owned) owned.set(owner, held);
    else this.lists.set(ownerKind, new Map([[owner, held]]));
    this.ring.add(held);
  }

  private evict({ ownerKind, owner, ids }: Held<V>): boolean {
    for (const id of ids) this.byId.delete(id);
    const owned = this.lists.get(ownerKind);
    owned?.delete(owner);
    if (owned?.size === 0) this.lists.delete(ownerKind);
    return true;
  }
}
