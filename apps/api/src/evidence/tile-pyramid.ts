import { HASH_BYTES, TILE_WIDTH } from '@sallyport/audit';
import { joinNodes } from '../platform/tree-hash.js';

/** A tile in parts of 16 hashes: up to 16 runs of its own hashes, and over those that are full its middle. */
export const PART_HEIGHT = 4;
export const PART_WIDTH = TILE_WIDTH / 2 ** PART_HEIGHT;
export const PART_BYTES = PART_WIDTH * HASH_BYTES;
/** The number of the middle; the runs have 0 to 15. */
const MIDDLE = PART_WIDTH;

/** The part of a tile in which the root over its hashes [place·2^height, (place+1)·2^height) is found. */
export function partWith(height: number, place: number): number {
  return height < PART_HEIGHT ? place >> (PART_HEIGHT - height) : MIDDLE;
}

/** As much of a tile's width as the part depends on: a part that is full stays the same while its tile grows, until that is full. */
export function widthWith(part: number, width: number): number {
  if (width === TILE_WIDTH) return width;
  return part === MIDDLE ? width - (width % PART_WIDTH) : Math.min(width, PART_WIDTH * (part + 1));
}

/** A tile with the perfect subtrees over its hashes: each is computed when it is first asked for, from as few others as it takes. */
export class TilePyramid {
  /** All levels one after the other, in one allocation: a proof makes several of these, most of them for a few hashes. */
  private readonly hashes: Buffer;
  /** 1 where the hash is there. */
  private readonly known: Uint8Array;
  /** Where each level starts, and the last one ends. */
  private readonly starts = [0];
  private height = 0;
  private first = 0;

  /**
   * `tile` holds 1 to 256 hashes of 32 bytes. `middle` is what `middle()` of the same full tile gave: taken as true, so it
   * belongs only where somebody verifies what comes out. Throws RangeError when it is not 16 hashes.
   */
  constructor(tile: Uint8Array, middle?: Uint8Array) {
    const width = Math.floor(tile.length / HASH_BYTES);
    let total = 0;
    for (let count = width; count > 0; count >>= 1) this.starts.push((total += count));
    this.hashes = Buffer.alloc(total * HASH_BYTES);
    this.hashes.set(tile);
    this.known = new Uint8Array(total).fill(1, 0, width);
    if (middle) this.take(middle);
  }

  /** Of a tile no more than this part of it: what lies elsewhere counts as not in the tile. */
  static ofPart(part: number, hashes: Uint8Array): TilePyramid {
    const pyramid = new TilePyramid(hashes);
    if (part === MIDDLE) pyramid.height = PART_HEIGHT;
    else pyramid.first = part * PART_WIDTH;
    return pyramid;
  }

  get tile(): Uint8Array {
    return this.hashes.subarray(0, (this.starts[1] ?? 0) * HASH_BYTES);
  }

  /** The root over hashes [place·2^height, (place+1)·2^height) of the tile. Throws RangeError when they are not all there. */
  hash(height: number, place: number): Uint8Array {
    const own = height - this.height;
    const n = (this.starts[own] ?? 0) + place - (this.first >> own);
    if (place < this.first >> own || n >= (this.starts[own + 1] ?? 0))
      throw new RangeError('the subtree is not in the tile');
    this.make(own, n);
    return this.hashes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES);
  }

  /** The roots of the 16 subtrees of height 4. Throws RangeError unless the tile is full. */
  middle(): Uint8Array {
    const roots = new Uint8Array(PART_BYTES);
    for (let place = 0; place < PART_WIDTH; place += 1)
      roots.set(this.hash(PART_HEIGHT, place), place * HASH_BYTES);
    return roots;
  }

  /** Sees to it that hash `n` of all, which is in the level of this height, is there. */
  private make(height: number, n: number): void {
    if (this.known[n] === 1) return;
    const below = this.starts[height - 1] ?? 0;
    const left = below + 2 * (n - (this.starts[height] ?? 0));
    this.make(height - 1, left);
    this.make(height - 1, left + 1);
    joinNodes(this.hashes, left * HASH_BYTES, n * HASH_BYTES);
    this.known[n] = 1;
  }

  private take(middle: Uint8Array): void {
    const [start = 0, end = 0] = this.starts.slice(PART_HEIGHT, PART_HEIGHT + 2);
    if (middle.length !== PART_BYTES || end - start !== PART_WIDTH)
      throw new RangeError('the middle of a full tile is 16 hashes');
    this.hashes.set(middle, start * HASH_BYTES);
    this.known.fill(1, start, end);
  }
}
