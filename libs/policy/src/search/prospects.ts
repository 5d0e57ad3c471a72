import type { EntityRef } from '@sallyport/contracts';

/** Which entities a search has to look at: every other one is denied. A superset, never an answer. */
export interface Prospects {
  /** Any entity of the type. */
  readonly isOpen: boolean;
  /** What policies name; also those of which the register knows nothing. */
  readonly named: readonly EntityRef[];
  /** Whatever is one of these, or stands below one of them. */
  readonly within: readonly EntityRef[];
}

export const NOBODY: Prospects = { isOpen: false, named: [], within: [] };
export const ANYBODY: Prospects = { isOpen: true, named: [], within: [] };

export function eitherOf(one: Prospects, other: Prospects): Prospects {
  return {
    isOpen: one.isOpen || other.isOpen,
    named: [...one.named, ...other.named],
    within: [...one.within, ...other.within],
  };
}

/** Of two sets that hold what meets both conditions, the one that is less to look at. */
export function bothOf(one: Prospects, other: Prospects): Prospects {
  return breadthOf(other) < breadthOf(one) ? other : one;
}

/** Names are few, hierarchies may be large. */
function breadthOf({ isOpen, named, within }: Prospects): number {
  if (isOpen) return Number.POSITIVE_INFINITY;
  return within.length * 1_000_000 + named.length;
}
