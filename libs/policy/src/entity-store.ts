import type { EntityRecord, EntityRef } from '@sallyport/contracts';
import { RefMap } from './ref-map.js';

interface Node {
  readonly ref: EntityRef;
  /** Absent where the entity is only named as a parent. */
  record: EntityRecord | undefined;
  parents: readonly Node[];
  members: Set<Node> | undefined;
  ancestors: readonly EntityRef[];
  /** Epoch of the hierarchy that `ancestors` was computed in. */
  epoch: number;
}

/** A tenant's entities and their hierarchy, read in both directions. Ancestors are computed once per change of the hierarchy. */
export class EntityStore {
  private readonly nodes = new RefMap<Node>();
  private epoch = 1;

  get(ref: EntityRef): EntityRecord | undefined {
    return this.nodes.get(ref)?.record;
  }

  /** Transitive parents, nearest first, without the entity itself. A cycle is walked once. */
  ancestorsOf(ref: EntityRef): readonly EntityRef[] {
    const node = this.nodes.get(ref);
    if (!node) return NOBODY;
    if (node.epoch !== this.epoch) {
      node.ancestors = reach(node, (from) => from.parents);
      node.epoch = this.epoch;
    }
    return node.ancestors;
  }

  /** Transitive members, nearest first. */
  membersOf(ref: EntityRef): readonly EntityRef[] {
    const node = this.nodes.get(ref);
    return node ? reach(node, (from) => from.members ?? NOBODY) : NOBODY;
  }

  put(record: EntityRecord): void {
    const node = this.node(record.uid);
    const before = node.parents;
    node.record = record;
    if (isSameParents(before, record.parents)) return;
    node.parents = record.parents.map((parent) => this.node(parent));
    for (const parent of before) this.unlink(parent, node);
    for (const parent of node.parents) (parent.members ??= new Set()).add(node);
    this.epoch += 1;
  }

  remove(ref: EntityRef): void {
    const node = this.nodes.get(ref);
    if (!node) return;
    const { parents } = node;
    node.record = undefined;
    node.parents = [];
    for (const parent of parents) this.unlink(parent, node);
    this.forgetIfUnused(node);
    if (parents.length > 0) this.epoch += 1;
  }

  *records(): IterableIterator<EntityRecord> {
    for (const { record } of this.nodes.values()) if (record) yield record;
  }

  private node(ref: EntityRef): Node {
    const known = this.nodes.get(ref);
    if (known) return known;
    const { type, id } = ref;
    const node: Node = {
      ref: { type, id },
      record: undefined,
      parents: [],
      members: undefined,
      ancestors: [],
      epoch: 0,
    };
    this.nodes.set(ref, node);
    return node;
  }

  private unlink(parent: Node, member: Node): void {
    if (member.parents.includes(parent)) return;
    parent.members?.delete(member);
    this.forgetIfUnused(parent);
  }

  private forgetIfUnused(node: Node): void {
    if (node.record === undefined && !node.members?.size) this.nodes.delete(node.ref);
  }
}

const NOBODY: readonly never[] = [];

function reach(start: Node, next: (node: Node) => Iterable<Node>): EntityRef[] {
  const seen = new Set<Node>([start]);
  // INVARIANT: a Set visits what is added while it is walked, so this is a breadth-first search.
  for (const node of seen) for (const other of next(node)) seen.add(other);
  seen.delete(start);
  return Array.from(seen, ({ ref }) => ref);
}

function isSameParents(nodes: readonly Node[], refs: readonly EntityRef[]): boolean {
  return (
    nodes.length === refs.length &&
    nodes.every(({ ref }, at) => ref.type === refs[at]?.type && ref.id === refs[at]?.id)
  );
}
