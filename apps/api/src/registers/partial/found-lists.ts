import type { Item } from './partial-lists.js';
import type { Wanted } from './wanted.js';

/** What a search found, by part and owner. */
export class FoundLists {
  private readonly lists = new Map<string, Item<object>[]>();

  /** Nothing is added without an owner, or without a value. */
  add(
    part: Wanted['part'],
    ownerKind: string | undefined,
    owner: string | undefined,
    id: string,
    value: object | undefined,
  ): void {
    if (ownerKind === undefined || owner === undefined || value === undefined) return;
    const key = JSON.stringify([part, ownerKind, owner]);
    const list = this.lists.get(key);
    if (list) list.push([id, value]);
    else this.lists.set(key, [[id, value]]);
  }

  get(part: Wanted['part'], ownerKind: string, owner: string): readonly Item<object>[] {
    return this.lists.get(JSON.stringify([part, ownerKind, owner])) ?? [];
  }
}
