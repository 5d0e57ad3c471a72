import { isCount } from './decimal.js';
import { foldSubtrees } from './merkle.js';

/** The perfect subtree over the leaves [index·2^level, (index+1)·2^level). */
export interface SubtreeId {
  readonly level: number;
  readonly index: number;
}

/** Gives the hash of a perfect subtree that lies wholly inside the tree. */
export type HashAt = (level: number, index: number) => Uint8Array;

/**
 * What an inclusion proof is made of, sibling of the leaf first. Each element of the proof is the fold
 * (`foldSubtrees`) of the listed perfect subtrees: usually one, several on the right edge of the tree.
 * Callers that must fetch hashes learn here which ones. Throws RangeError unless 0 ≤ index < size. RFC 9162 §2.1.3.1.
 */
export function inclusionNodes(index: number, size: number): SubtreeId[][] {
  if (!isCount(index) || !isCount(size) || index >= size) {
    throw new RangeError(`no entry ${String(index)} in a tree of size ${String(size)}`);
  }
  return descend(
    size,
    (split) => index < split,
    (begin, end) => end - begin === 1,
  ).siblings;
}

/**
 * What a consistency proof from `size1` to `size2` is made of, in the same shape as `inclusionNodes`. Empty when the
 * sizes are equal or `size1` is 0. Throws RangeError unless 0 ≤ size1 ≤ size2. RFC 9162 §2.1.4.1.
 */
export function consistencyNodes(size1: number, size2: number): SubtreeId[][] {
  if (!isCount(size1) || !isCount(size2) || size1 > size2) {
    throw new RangeError(`no way from tree size ${String(size1)} to ${String(size2)}`);
  }
  if (size1 === 0 || size1 === size2) return [];
  const { begin, end, siblings } = descend(
    size2,
    (split) => size1 <= split,
    (_, last) => last === size1,
  );
  // The verifier already holds the old root, so it need not be told when it is itself a node of the new tree.
  return begin === 0 ? siblings : [subtrees(begin, end), ...siblings];
}

/** Inclusion proof of entry `index` in the tree of `size` entries, sibling of the leaf first. RFC 9162 §2.1.3.1. */
export function inclusionPath(index: number, size: number, hashAt: HashAt): Uint8Array[] {
  return inclusionNodes(index, size).map((nodes) => foldNodes(nodes, hashAt));
}

/** Consistency proof between two sizes of one tree. RFC 9162 §2.1.4.1. */
export function consistencyPath(size1: number, size2: number, hashAt: HashAt): Uint8Array[] {
  return consistencyNodes(size1, size2).map((nodes) => foldNodes(nodes, hashAt));
}

/** The perfect subtrees, largest first, of the leaves [begin, end); `begin` is where a subtree of that size may start. */
export function subtrees(begin: number, end: number): SubtreeId[] {
  const found: SubtreeId[] = [];
  let level = 0;
  let width = 1;
  for (; width * 2 <= end - begin; width *= 2) level += 1;
  for (let at = begin; at < end; width /= 2, level -= 1) {
    if (width > end - at) continue;
    found.push({ level, index: at / width });
    at += width;
  }
  return found;
}

function foldNodes(nodes: readonly SubtreeId[], hashAt: HashAt): Uint8Array {
  return foldSubtrees(nodes.map(({ level, index }) => hashAt(level, index)));
}

/** Walks from the root of a tree of `size` leaves down to the wanted node, collecting what lies beside the way. */
function descend(
  size: number,
  goLeft: (split: number) => boolean,
  isWanted: (begin: number, end: number) => boolean,
): { begin: number; end: number; siblings: SubtreeId[][] } {
  const siblings: SubtreeId[][] = [];
  let [begin, end] = [0, size];
  let half = 1;
  while (half * 2 < size) half *= 2;
  while (!isWanted(begin, end)) {
    while (half >= end - begin) half /= 2;
    const split = begin + half;
    if (goLeft(split)) {
      siblings.push(subtrees(split, end));
      end = split;
    } else {
      siblings.push(subtrees(begin, split));
      begin = split;
    }
  }
  return { begin, end, siblings: siblings.reverse() };
}
