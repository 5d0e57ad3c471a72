import type { EntityRecord, EntityRef } from '@sallyport/contracts';

/** An entity's place in a store; the same object for as long as the store names the entity. Changed by the store alone. */
export class EntityNode {
  /** Absent where the entity is only named as a parent, or known not to exist. */
  record: EntityRecord | undefined = undefined;
  parents: readonly EntityNode[] = NO_NODES;
  members: Set<EntityNode> | undefined = undefined;
  ancestors: readonly EntityNode[] = NO_NODES;
  /** Epoch of the hierarchy that `ancestors` was computed in. */
  epoch = 0;
  /** What an engine made of `record`; forgotten whenever the record changes. */
  decoded: unknown = undefined;
  /** Only in a store that does not hold everything: whether `record` is the truth, and whether it was read lately. */
  isKnown = false;
  wasRead = false;
  private sole: SoleParent | undefined = undefined;

  constructor(readonly ref: EntityRef) {}

  /** The lists that every entity with this one as its only parent shares: a million of them cost one. */
  asSoleParent(): SoleParent {
    return (this.sole ??= { nodes: [this], refs: [this.ref] });
  }
}

/** Parents as nodes and as references, in the same order. */
export interface SoleParent {
  readonly nodes: readonly EntityNode[];
  readonly refs: readonly EntityRef[];
}

export const NO_NODES: readonly never[] = [];
