import type { EntityRef } from '@sallyport/contracts';

/** A map by entity reference. Two levels, so that a look-up builds no key: decisions do several of them. */
export class RefMap<T> {
  private readonly types = new Map<string, Map<string, T>>();

  get(ref: EntityRef): T | undefined {
    return this.types.get(ref.type)?.get(ref.id);
  }

  set(ref: EntityRef, value: T): void {
    const ids = this.types.get(ref.type);
    if (ids) ids.set(ref.id, value);
    else this.types.set(ref.type, new Map([[ref.id, value]]));
  }

  delete(ref: EntityRef): void {
    this.types.get(ref.type)?.delete(ref.id);
  }

  *values(): IterableIterator<T> {
    for (const ids of this.types.values()) yield* ids.values();
  }

  forEach(visit: (ref: EntityRef, value: T) => void): void {
    for (const [type, ids] of this.types) for (const [id, value] of ids) visit({ type, id }, value);
  }
}

/** One string for a reference, unambiguous whatever the two parts hold. */
export function refKey(ref: EntityRef): string {
  return JSON.stringify([ref.type, ref.id]);
}
