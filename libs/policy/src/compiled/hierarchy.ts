import type { EntityRef } from '@sallyport/contracts';
import { isUnicodeRef } from '../cedar-json.js';
import { isActionType } from '../entities.js';
import type { EntityNode } from '../entity-node.js';
import type { EntityStore } from '../entity-store.js';
import { QuestionFault } from './literal.js';

/** All that stands above the entities with one list of parents. */
export interface Above {
  readonly refs: readonly EntityRef[];
  /** Why a question that gets here can't be answered, for Cedar either. */
  readonly fault: string | undefined;
  /** Whether actions are among them: then what a schema says of actions must be looked at. */
  readonly hasActions: boolean;
  has(node: EntityNode): boolean;
}

interface Computed extends Above {
  /** What the store had above each parent: it makes a new list when that changes. */
  readonly basis: readonly (readonly EntityNode[])[];
}

// Entities share their list of parents where it is the same one parent, so a million users of one group cost one entry.
const known = new WeakMap<readonly EntityNode[], Computed>();

const NOTHING_ABOVE: Above = {
  refs: [],
  fault: undefined,
  hasActions: false,
  has: () => false,
};

/** What stands above an entity, computed once per list of parents and change of the hierarchy. Throws `NotResident`. */
export function aboveOf({ parents }: EntityNode, store: EntityStore): Above {
  if (parents.length === 0) return NOTHING_ABOVE;
  const before = known.get(parents);
  if (before !== undefined && isCurrent(before, parents, store)) return before;
  const computed = compute(parents, store);
  known.set(parents, computed);
  return computed;
}

/** The same for a question, which can't be answered where there is a fault. Throws `QuestionFault` too. */
export function soundAbove(node: EntityNode | undefined, store: EntityStore): Above {
  if (node === undefined) return NOTHING_ABOVE;
  const above = aboveOf(node, store);
  if (above.fault !== undefined) throw new QuestionFault(above.fault);
  return above;
}

function isCurrent(
  { basis }: Computed,
  parents: readonly EntityNode[],
  store: EntityStore,
): boolean {
  for (let at = 0; at < parents.length; at++) {
    const parent = parents[at];
    if (parent !== undefined && store.ancestorsOfNode(parent) !== basis[at]) return false;
  }
  return true;
}

function compute(parents: readonly EntityNode[], store: EntityStore): Computed {
  const basis = parents.map((parent) => store.ancestorsOfNode(parent));
  const nodes = new Set([...parents, ...basis.flat()]);
  const list = [...nodes];
  return {
    basis,
    refs: list.map(({ ref }) => ref),
    fault: faultIn(list, store),
    hasActions: list.some(({ ref }) => isActionType(ref.type)),
    has: (node) => nodes.has(node),
  };
}

function faultIn(nodes: readonly EntityNode[], store: EntityStore): string | undefined {
  if (!nodes.every(({ ref }) => isUnicodeRef(ref)))
    return 'a name in the register is not valid Unicode';
  const isCircular = nodes.some((node) =>
    node.parents.some((parent) => parent === node || store.ancestorsOfNode(parent).includes(node)),
  );
  return isCircular ? 'there is a cycle in the hierarchy' : undefined;
}
