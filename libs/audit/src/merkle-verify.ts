import { equalBytes } from './bytes.js';
import { isCount } from './decimal.js';
import { isHash, nodeHash } from './merkle.js';

/** A claim that the entry with this leaf hash is number `leafIndex` of the tree with this size. */
export interface InclusionClaim {
  readonly leafIndex: number;
  readonly treeSize: number;
  readonly leafHash: Uint8Array;
  /** Sibling of the leaf first. */
  readonly proof: readonly Uint8Array[];
}

/** A claim that the tree of `size2` begins with all entries of the tree of `size1`, in the same order. */
export interface ConsistencyClaim {
  readonly size1: number;
  readonly size2: number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

// Sizes are safe integers, so no tree is higher than 53 levels and no proof has more than one hash above that.
const MAX_PROOF_HASHES = 64;

/** The root that an inclusion proof leads to, or undefined when it fits no tree of that size. RFC 9162 §2.1.3.2. */
export function rootFromInclusion(claim: InclusionClaim): Uint8Array | undefined {
  const { leafIndex, treeSize, leafHash, proof } = claim;
  if (!isCount(leafIndex) || !isCount(treeSize) || leafIndex >= treeSize) return undefined;
  if (!isHash(leafHash) || !areHashes(proof)) return undefined;
  let [fn, sn, root] = [leafIndex, treeSize - 1, leafHash];
  for (const hash of proof) {
    if (sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      root = nodeHash(hash, root);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      root = nodeHash(root, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 ? root : undefined;
}

/** Whether the proof shows the entry in the tree with this root. Never throws on bad input. RFC 9162 §2.1.3.2. */
export function verifyInclusion(claim: InclusionClaim & { readonly root: Uint8Array }): boolean {
  const root = rootFromInclusion(claim);
  return root !== undefined && equalBytes(root, claim.root);
}

/**
 * Whether the proof shows that the second tree extends the first. Never throws on bad input. RFC 9162 §2.1.4.2.
 * An empty first tree is always false: anything extends nothing, so such a proof would prove nothing.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { size1, size2, root1, root2, proof } = claim;
  if (!isCount(size1) || !isCount(size2) || size1 === 0 || size1 > size2) return false;
  if (size1 === size2) return proof.length === 0 && equalBytes(root1, root2);
  if (proof.length === 0 || !areHashes(proof) || !isHash(root1) || !isHash(root2)) return false;
  const roots = rootsFromConsistency(size1, size2, isPowerOfTwo(size1) ? [root1, ...proof] : proof);
  return roots !== undefined && equalBytes(roots[0], root1) && equalBytes(roots[1], root2);
}

/** Both roots that the path leads to, or undefined when its length does not fit the sizes. */
function rootsFromConsistency(
  size1: number,
  size2: number,
  path: readonly Uint8Array[],
): readonly [Uint8Array, Uint8Array] | undefined {
  const [seed, ...rest] = path;
  if (seed === undefined) return undefined;
  let [fn, sn] = [size1 - 1, size2 - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let [oldRoot, newRoot] = [seed, seed];
  for (const hash of rest) {
    if (sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      [oldRoot, newRoot] = [nodeHash(hash, oldRoot), nodeHash(hash, newRoot)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      newRoot = nodeHash(newRoot, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 ? [oldRoot, newRoot] : undefined;
}

function areHashes(proof: readonly Uint8Array[]): boolean {
  return proof.length <= MAX_PROOF_HASHES && proof.every(isHash);
}

/** Division, not a shift: bit operators would cut indexes to 32 bits. */
function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  let rest = value;
  while (rest > 1 && rest % 2 === 0) rest /= 2;
  return rest === 1;
}
