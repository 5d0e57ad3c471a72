import { sha256 } from '@noble/hashes/sha2.js';

/** Length in bytes of every hash in the tree (SHA-256). */
export const HASH_BYTES = 32;

const LEAF_PREFIX = Uint8Array.of(0);
// One buffer for all inner nodes: hashing is synchronous, so nobody else sees it half-filled.
const nodeInput = new Uint8Array(1 + 2 * HASH_BYTES).fill(1, 0, 1);

/** Hash of one entry: SHA-256(0x00 ‖ entry). RFC 9162 §2.1.1. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256.create().update(LEAF_PREFIX).update(entry).digest();
}

/** How two hashes become the hash of the node above: `nodeHash`, or another implementation of the same function. */
export type NodeHash = (left: Uint8Array, right: Uint8Array) => Uint8Array;

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right). RFC 9162 §2.1.1. Throws RangeError unless both are 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  // A shorter input would leave bytes of an earlier node in the buffer.
  if (!isHash(left) || !isHash(right)) throw new RangeError('a tree node joins two 32-byte hashes');
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** Root of the tree without entries: SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** Whether the bytes have the length of a hash. */
export function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}

/** Root of the tree over these leaf hashes. The tree is not padded: RFC 9162 §2.1.1 splits at the largest power of two. */
export function merkleRoot(leafHashes: readonly Uint8Array[]): Uint8Array {
  const subtrees: Uint8Array[] = [];
  leafHashes.forEach((hash, index) => pushLeaf(subtrees, index, hash));
  return foldSubtrees(subtrees);
}

/**
 * Adds leaf number `size` to the roots of the perfect subtrees (largest first) of a tree with `size` leaves, in place.
 * Throws RangeError unless the leaf hash is 32 bytes.
 */
export function pushLeaf(subtrees: Uint8Array[], size: number, hash: Uint8Array): void {
  if (!isHash(hash)) throw new RangeError('a leaf hash has 32 bytes');
  let node = hash;
  // Every trailing one bit of the size is a perfect subtree that the new node completes.
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
    const left = subtrees.pop();
    if (left === undefined)
      throw new RangeError('the subtrees do not belong to a tree of this size');
    node = nodeHash(left, node);
  }
  subtrees.push(node);
}

/** Hash over adjacent perfect subtrees, largest first; the empty root if there are none. */
export function foldSubtrees(
  subtrees: readonly Uint8Array[],
  join: NodeHash = nodeHash,
): Uint8Array {
  return subtrees.length === 0
    ? emptyRoot()
    : subtrees.reduceRight((right, left) => join(left, right));
}
