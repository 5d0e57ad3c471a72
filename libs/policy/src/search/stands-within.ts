import type { EntityRef } from '@sallyport/contracts';
import { aboveOf } from '../compiled/hierarchy.js';
import type { EntityStore } from '../entity-store.js';

/** Whether an entity is one of these, or stands below one. By what is stored alone; throws `NotResident`. */
export function standsWithin(
  ref: EntityRef,
  within: readonly EntityRef[],
  store: EntityStore,
): boolean {
  const node = store.node(ref);
  const above = node && aboveOf(node, store);
  return within.some((other) => {
    if (other.type === ref.type && other.id === ref.id) return true;
    const ancestor = above && store.peek(other);
    return ancestor !== undefined && above?.has(ancestor) === true;
  });
}
