import { sha256 } from '@noble/hashes/sha2.js';
import { HASH_BYTES, type NodeHash } from './merkle.js';

/** A SHA-256 under way: what `createHash('sha256')` of Node gives, or this library's own. */
export interface Sha256 {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** Begins a SHA-256. Where the platform has a faster one, pass that: the result is the same. */
export type CreateSha256 = () => Sha256;

/** In plain JavaScript, for every platform. */
export const createSha256: CreateSha256 = () => sha256.create();

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

/** The tree's hashes (RFC 9162 §2.1.1) by a given SHA-256. */
export function treeHashing(create: CreateSha256): {
  readonly leafHash: (entry: Uint8Array) => Uint8Array;
  readonly nodeHash: NodeHash;
} {
  const hash = (...parts: readonly Uint8Array[]): Uint8Array => {
    const under = create();
    for (const part of parts) under.update(part);
    return under.digest();
  };
  return {
    leafHash: (entry) => hash(LEAF_PREFIX, entry),
    nodeHash: (left, right) => {
      if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
        throw new RangeError('a tree node joins two 32-byte hashes');
      return hash(NODE_PREFIX, left, right);
    },
  };
}
