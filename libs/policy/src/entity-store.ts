import type { EntityRecord, EntityRef } from '@sallyport/contracts';
import { EntityNode, NO_NODES, type SoleParent } from './entity-node.js';
import { RefMap } from './ref-map.js';

/** What stands behind a store that holds only a part of its entities. */
export interface EntityBackstop {
  /** Throws `NotResident`. */
  miss(ref: EntityRef): never;
}

/**
 * A tenant's entities and their hierarchy, read in both directions. Ancestors are computed when they are asked for, once per change of the
 * hierarchy above somebody. With a backstop, what is not known throws `NotResident` instead of being absent.
 */
export class EntityStore {
  private readonly nodes = new RefMap<EntityNode>();
  private epoch = 1;
  private settle: ((ref: EntityRef) => void) | undefined;

  constructor(private readonly backstop?: EntityBackstop) {}

  /**
   * Has `settle` called before anything is read of an entity, so that it can put what the entity has become: many changes come into force
   * at once that way, and are made one by one. Without an argument: no longer.
   */
  settleWith(settle?: (ref: EntityRef) => void): void {
    this.settle = settle;
    this.epoch += 1;
  }

  /** How many entities the store names, those that are only somebody's parents included. */
  get size(): number {
    return this.nodes.size;
  }

  get(ref: EntityRef): EntityRecord | undefined {
    return this.node(ref)?.record;
  }

  /** The entity's node; undefined where nothing names it. One without a record is no entity, only somebody's parent. */
  node(ref: EntityRef): EntityNode | undefined {
    if (this.settle !== undefined) this.settle(ref);
    const node = this.nodes.get(ref);
    if (this.backstop === undefined) return node;
    if (node === undefined || !node.isKnown) return this.backstop.miss(ref);
    node.wasRead = true;
    return node;
  }

  /** Transitive parents, nearest first, without the entity itself. A cycle is walked once. */
  ancestorsOf(ref: EntityRef): readonly EntityRef[] {
    const node = this.node(ref);
    return node ? this.ancestorsOfNode(node).map(({ ref: above }) => above) : NO_NODES;
  }

  /** The same without a look-up; the list is the store's own and stays as it is until the hierarchy changes. */
  ancestorsOfNode(node: EntityNode): readonly EntityNode[] {
    if (node.epoch === this.epoch && (this.backstop === undefined || node.isKnown))
      return node.ancestors;
    if (this.known(node).parents.length === 0) node.ancestors = NO_NODES;
    else node.ancestors = reach(node, (from) => this.known(from).parents);
    node.epoch = this.epoch;
    return node.ancestors;
  }

  /** Transitive members, nearest first; a few more than `limit` where there are more. Only in a store that holds everything. */
  membersOf(ref: EntityRef, limit?: number): readonly EntityRef[] {
    const node = this.nodes.get(ref);
    if (node === undefined) return NO_NODES;
    return reach(node, (from) => from.members ?? NO_NODES, limit).map(({ ref: below }) => below);
  }

  put({ uid, attrs, parents }: EntityRecord): void {
    const node = this.nodeOf(uid);
    const above = this.parentsOf(parents);
    node.record = { uid: node.ref, attrs, parents: above.refs };
    node.decoded = undefined;
    node.isKnown = true;
    this.link(node, above.nodes);
  }

  /** The entity does not exist, or no longer. */
  remove(ref: EntityRef): void {
    const node = this.backstop ? this.nodeOf(ref) : this.nodes.get(ref);
    if (!node) return;
    node.record = undefined;
    node.decoded = undefined;
    node.isKnown = true;
    this.link(node, NO_NODES);
    this.forgetIfUnused(node);
  }

  /** Forgets what is known of the entity; false where others hang on it. */
  evict(node: EntityNode): boolean {
    if (node.members?.size) return false;
    node.record = undefined;
    node.decoded = undefined;
    node.isKnown = false;
    this.link(node, NO_NODES);
    this.nodes.delete(node.ref);
    return true;
  }

  /** The node as far as the store names the entity, known or not; never a miss. */
  peek(ref: EntityRef): EntityNode | undefined {
    return this.nodes.get(ref);
  }

  /** Every entity, those of a type in `except` left out. Only in a store that holds everything. */
  *records(except?: ReadonlySet<string>): IterableIterator<EntityRecord> {
    for (const { record } of this.nodes.values(except)) if (record) yield record;
  }

  /** The ids of the entities of one type, in no order. Only in a store that holds everything. */
  *idsOf(type: string): IterableIterator<string> {
    for (const { record, ref } of this.nodes.ofType(type)) if (record) yield ref.id;
  }

  private known(node: EntityNode): EntityNode {
    if (this.settle !== undefined) this.settle(node.ref);
    if (this.backstop && !node.isKnown) this.backstop.miss(node.ref);
    return node;
  }

  private nodeOf(ref: EntityRef): EntityNode {
    const known = this.nodes.get(ref);
    if (known) return known;
    const node = new EntityNode({ type: this.nodes.typeName(ref.type), id: ref.id });
    this.nodes.set(node.ref, node);
    return node;
  }

  private parentsOf(refs: readonly EntityRef[]): SoleParent {
    const [first] = refs;
    if (first === undefined) return NOBODY;
    if (refs.length === 1) return this.nodeOf(first).asSoleParent();
    const nodes = refs.map((ref) => this.nodeOf(ref));
    return { nodes, refs: nodes.map(({ ref }) => ref) };
  }

  private link(node: EntityNode, parents: readonly EntityNode[]): void {
    const before = node.parents;
    if (isSame(before, parents)) return;
    node.parents = parents;
    for (const parent of parents) (parent.members ??= new Set()).add(node);
    for (const parent of before) {
      if (parents.includes(parent)) continue;
      parent.members?.delete(node);
      this.forgetIfUnused(parent);
    }
    // Whoever has no members is nobody's ancestor: the rest of the hierarchy stays computed.
    if (node.members?.size) this.epoch += 1;
    else node.epoch = 0;
  }

  private forgetIfUnused(node: EntityNode): void {
    if (node.record !== undefined || node.members?.size) return;
    // What is known to be absent is worth remembering where asking costs a query.
    if (!this.backstop || !node.isKnown) this.nodes.delete(node.ref);
  }
}

const NOBODY: SoleParent = { nodes: NO_NODES, refs: NO_NODES };

function reach(
  start: EntityNode,
  next: (node: EntityNode) => Iterable<EntityNode>,
  limit = Number.POSITIVE_INFINITY,
): EntityNode[] {
  const seen = new Set<EntityNode>([start]);
  // INVARIANT: a Set visits what is added while it is walked, so this is a breadth-first search.
  for (const node of seen)
    for (const other of next(node)) {
      if (seen.size > limit + 1) break;
      seen.add(other);
    }
  seen.delete(start);
  return [...seen];
}

function isSame(some: readonly EntityNode[], others: readonly EntityNode[]): boolean {
  return (
    some === others ||
    (some.length === others.length && some.every((node, at) => node === others[at]))
  );
}
