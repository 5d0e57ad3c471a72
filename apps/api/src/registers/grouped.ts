/**
 * Values by id that are also listed by owner. Reading allocates nothing, and an owner with a single value costs no list until somebody
 * asks for it: most of a million owners are never asked about.
 */
export class Grouped<V extends object> {
  private readonly byId = new Map<string, V>();
  /** By the owner's kind, then by owner. */
  private readonly lists = new Map<string, Map<string, V | V[]>>();

  /** `ownerOfValue` is asked again when the value goes. */
  constructor(private readonly ownerOfValue: (value: V) => string | undefined) {}

  get size(): number {
    return this.byId.size;
  }

  get(id: string): V | undefined {
    return this.byId.get(id);
  }

  ownerOf(id: string): string | undefined {
    const value = this.byId.get(id);
    return value && this.ownerOfValue(value);
  }

  *entries(ownerKind = ''): Iterable<readonly [owner: string, values: readonly V[]]> {
    for (const [owner, held] of this.lists.get(ownerKind) ?? NOTHING)
      yield [owner, Array.isArray(held) ? held : [held]];
  }

  list(owner: string, ownerKind = ''): readonly V[] {
    const owned = this.lists.get(ownerKind);
    const held = owned?.get(owner);
    if (held === undefined) return NOTHING;
    if (Array.isArray(held)) return held;
    const list = [held];
    owned?.set(owner, list);
    return list;
  }

  put(id: string, value: V, ownerKind = ''): void {
    this.delete(id);
    this.byId.set(id, value);
    const owner = this.ownerOfValue(value);
    if (owner === undefined) return;
    const owned = this.lists.get(ownerKind);
    if (!owned) return void this.lists.set(ownerKind, new Map([[owner, value]]));
    const held = owned.get(owner);
    owned.set(owner, held === undefined ? value : added(held, value));
  }

  delete(id: string): void {
    const value = this.byId.get(id);
    if (value === undefined) return;
    this.byId.delete(id);
    const owner = this.ownerOfValue(value);
    if (owner === undefined) return;
    for (const owned of this.lists.values()) {
      const held = owned.get(owner);
      if (held === value) owned.delete(owner);
      else if (Array.isArray(held)) removeFrom(owned, owner, held, value);
    }
  }
}

const NOTHING: readonly never[] = [];
/** An array that grew by `push` keeps room for many more. */
const SMALL = 16;

function added<V extends object>(held: V | V[], value: V): V[] {
  if (!Array.isArray(held)) return [held, value];
  if (held.length < SMALL) return [...held, value];
  held.push(value);
  return held;
}

function removeFrom<V extends object>(
  owned: Map<string, V | V[]>,
  owner: string,
  held: readonly V[],
  value: V,
): void {
  const rest = held.filter((one) => one !== value);
  if (rest.length > 0) owned.set(owner, rest);
  else owned.delete(owner);
}
