import type { EntityRef } from '@sallyport/contracts';
import { refKey } from '@sallyport/policy';
import type { Place } from '@sallyport/risk';
import type { PlaceIndex } from '../indexes.js';
import type { StoredPlace } from '../stored-fact.js';
import type { PartialLists } from './partial-lists.js';

/** Where the subjects that were asked about lately were seen last. */
export class PartialPlaces implements PlaceIndex {
  constructor(private readonly lists: PartialLists<StoredPlace>) {}

  get size(): number {
    return this.lists.size;
  }

  get({ type, id }: EntityRef): Place | undefined {
    return this.lists.list(id, type)[0]?.place;
  }

  holds({ type, id }: EntityRef): boolean {
    return this.lists.holds(id, type);
  }

  set({ type, id }: EntityRef, place: Place): void {
    this.lists.put(refKey({ type, id }), { subject: { type, id }, place }, type);
  }
}
