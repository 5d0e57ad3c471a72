import { HASH_BYTES } from '@sallyport/audit';
import { nodeHash } from '../platform/tree-hash.js';

/** A tile with the perfect subtrees over its hashes, each computed once: 511 hashes for a full tile. */
export class TilePyramid {
  private readonly levels: Uint8Array[];

  /** `tile` holds 1 to 256 hashes of 32 bytes; it is kept, not copied. */
  constructor(tile: Uint8Array) {
    this.levels = [tile];
    for (let below = tile; below.length >= 2 * HASH_BYTES;) {
      const level = new Uint8Array(Math.floor(below.length / HASH_BYTES / 2) * HASH_BYTES);
      for (let at = 0; at < level.length; at += HASH_BYTES) {
        const left = below.subarray(2 * at, 2 * at + HASH_BYTES);
        const right = below.subarray(2 * at + HASH_BYTES, 2 * at + 2 * HASH_BYTES);
        level.set(nodeHash(left, right), at);
      }
      this.levels.push(level);
      below = level;
    }
  }

  /** The root over hashes [place·2^height, (place+1)·2^height) of the tile. Throws RangeError when they are not all there. */
  hash(height: number, place: number): Uint8Array {
    const level = this.levels[height];
    const end = (place + 1) * HASH_BYTES;
    if (!level || end > level.length) throw new RangeError('the subtree is not in the tile');
    return level.subarray(end - HASH_BYTES, end);
  }
}
