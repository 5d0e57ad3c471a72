import type { EntityRef } from '@sallyport/contracts';

/** A map by entity reference. Two levels, so that a look-up builds no key: decisions do several of them. */
export class RefMap<T> {
  private readonly types = new Map<string, Map<string, T>>();
  private readonly names = new Map<string, string>();

  get size(): number {
    let size = 0;
    for (const ids of this.types.values()) size += ids.size;
    return size;
  }

  get(ref: EntityRef): T | undefined {
    return this.types.get(ref.type)?.get(ref.id);
  }

  set(ref: EntityRef, value: T): void {
    const ids = this.types.get(ref.type);
    if (ids) return void ids.set(ref.id, value);
    this.types.set(ref.type, new Map([[ref.id, value]]));
    this.names.set(ref.type, ref.type);
  }

  delete(ref: EntityRef): void {
    const ids = this.types.get(ref.type);
    if (!ids?.delete(ref.id) || ids.size > 0) return;
    this.types.delete(ref.type);
    this.names.delete(ref.type);
  }

  /** All but those of a type in `except`. */
  *values(except?: ReadonlySet<string>): IterableIterator<T> {
    for (const [type, ids] of this.types) if (!except?.has(type)) yield* ids.values();
  }

  /** The values of one type. */
  ofType(type: string): Iterable<T> {
    return this.types.get(type)?.values() ?? [];
  }

  /** The string that the map already holds for a type, so that a million references share it. */
  typeName(type: string): string {
    return this.names.get(type) ?? type;
  }

  forEach(visit: (ref: EntityRef, value: T) => void): void {
    for (const [type, ids] of this.types) for (const [id, value] of ids) visit({ type, id }, value);
  }
}

/** One string for a reference, unambiguous whatever the two parts hold. */
export function refKey(ref: EntityRef): string {
  return JSON.stringify([ref.type, ref.id]);
}
