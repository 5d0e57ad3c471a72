import { isCount } from './decimal.js';
import { foldSubtrees, HASH_BYTES, pushLeaf } from './merkle.js';

/**
 * All that appending needs to know about a tree: its size and the roots of its perfect subtrees, one per one bit of the
 * size. Values never change: an append whose transaction fails is simply forgotten.
 */
export class CompactRange {
  private constructor(
    /** Number of leaves. */
    readonly size: number,
    private readonly subtrees: readonly Uint8Array[],
  ) {}

  static empty(): CompactRange {
    return new CompactRange(0, []);
  }

  /** Reads what `toBytes` wrote for this size. The bytes are not copied. Throws RangeError when the length does not fit. */
  static fromBytes(size: number, bytes: Uint8Array): CompactRange {
    if (!isCount(size) || bytes.length !== countOnes(size) * HASH_BYTES) {
      throw new RangeError(
        `${String(bytes.length)} bytes are no compact range of size ${String(size)}`,
      );
    }
    const subtrees: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += HASH_BYTES) {
      subtrees.push(bytes.subarray(at, at + HASH_BYTES));
    }
    return new CompactRange(size, subtrees);
  }

  /** The roots of the perfect subtrees, largest first, 32 bytes each. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.subtrees.length * HASH_BYTES);
    this.subtrees.forEach((hash, i) => {
      bytes.set(hash, i * HASH_BYTES);
    });
    return bytes;
  }

  /** The tree with one more leaf. Throws RangeError unless the hash is 32 bytes. */
  append(leafHash: Uint8Array): CompactRange {
    return this.appendMany([leafHash]);
  }

  /** The tree with these leaves added in order. The hashes are kept, not copied: do not change them afterwards. */
  appendMany(leafHashes: readonly Uint8Array[]): CompactRange {
    const subtrees = [...this.subtrees];
    let size = this.size;
    if (!isCount(size + leafHashes.length))
      throw new RangeError('a tree holds at most 2^53 − 1 entries');
    for (const hash of leafHashes) {
      pushLeaf(subtrees, size, hash);
      size += 1;
    }
    return new CompactRange(size, subtrees);
  }

  /** Root of the tree (RFC 9162 §2.1.1). */
  root(): Uint8Array {
    return foldSubtrees(this.subtrees);
  }
}

function countOnes(value: number): number {
  let ones = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}
