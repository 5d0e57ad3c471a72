import { HASH_BYTES, TILE_WIDTH } from '@sallyport/audit';
import { nodeHash } from '../platform/tree-hash.js';

/** The middle of a full tile: 16 subtrees over 16 hashes each. */
const MIDDLE_HEIGHT = 4;
const MIDDLE_WIDTH = TILE_WIDTH / 2 ** MIDDLE_HEIGHT;
export const MIDDLE_BYTES = MIDDLE_WIDTH * HASH_BYTES;

interface Level {
  readonly hashes: Uint8Array;
  /** 1 where the hash is there. */
  readonly known: Uint8Array;
}

/** A tile with the perfect subtrees over its hashes: each is computed when it is first asked for, from as few others as it takes. */
export class TilePyramid {
  private readonly levels: Level[];

  /**
   * `tile` holds 1 to 256 hashes of 32 bytes; it is kept, not copied. `middle` is what `middle()` of the same full tile
   * gave: taken as true, so it belongs only where somebody verifies what comes out. Throws RangeError when it is not 16 hashes.
   */
  constructor(
    readonly tile: Uint8Array,
    middle?: Uint8Array,
  ) {
    const width = Math.floor(tile.length / HASH_BYTES);
    this.levels = [{ hashes: tile, known: new Uint8Array(width).fill(1) }];
    for (let count = width >> 1; count > 0; count >>= 1) {
      this.levels.push({
        hashes: new Uint8Array(count * HASH_BYTES),
        known: new Uint8Array(count),
      });
    }
    if (middle) this.take(middle);
  }

  /** The root over hashes [place·2^height, (place+1)·2^height) of the tile. Throws RangeError when they are not all there. */
  hash(height: number, place: number): Uint8Array {
    const level = this.levels[height];
    const end = (place + 1) * HASH_BYTES;
    if (!level || end > level.hashes.length) throw new RangeError('the subtree is not in the tile');
    const hash = level.hashes.subarray(end - HASH_BYTES, end);
    if (level.known[place] === 1) return hash;
    hash.set(nodeHash(this.hash(height - 1, 2 * place), this.hash(height - 1, 2 * place + 1)));
    level.known[place] = 1;
    return hash;
  }

  /** The roots of the 16 subtrees of height 4. Throws RangeError unless the tile is full. */
  middle(): Uint8Array {
    const roots = new Uint8Array(MIDDLE_BYTES);
    for (let place = 0; place < MIDDLE_WIDTH; place += 1)
      roots.set(this.hash(MIDDLE_HEIGHT, place), place * HASH_BYTES);
    return roots;
  }

  private take(middle: Uint8Array): void {
    const level = this.levels[MIDDLE_HEIGHT];
    if (middle.length !== MIDDLE_BYTES || level?.hashes.length !== MIDDLE_BYTES)
      throw new RangeError('the middle of a full tile is 16 hashes');
    level.hashes.set(middle);
    level.known.fill(1);
  }
}
