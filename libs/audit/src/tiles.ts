import { TILE_WIDTH } from './entry-bundle.js';
import { foldSubtrees, HASH_BYTES, merkleRoot } from './merkle.js';
import { consistencyNodes, inclusionNodes, type SubtreeId } from './merkle-path.js';

/**
 * Fetches the bytes of a tile: `width` hashes of 32 bytes. For a partial tile that is gone, the full one will do:
 * only its first `width` hashes are used.
 */
export type FetchTile = (level: number, index: number, width: number) => Promise<Uint8Array>;

/** A tile that has not the length its place in the tree demands, or a subtree that is not in the tree. */
export class TileError extends Error {
  override readonly name = 'TileError';
}

const FULL_TILE_BYTES = TILE_WIDTH * HASH_BYTES;
/** Levels of the tree that the hashes of a full tile span: its root is one level of tiles up. */
export const LEVELS_PER_TILE = 8;

/** The hashes of a tile, as views on its bytes. Throws TileError unless it holds 1 to 256 whole hashes. */
export function tileHashes(tile: Uint8Array): Uint8Array[] {
  if (tile.length === 0 || tile.length > FULL_TILE_BYTES || tile.length % HASH_BYTES !== 0) {
    throw new TileError(`${String(tile.length)} bytes are no tile`);
  }
  return Array.from({ length: tile.length / HASH_BYTES }, (_, i) =>
    tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}

/** The hash that stands for a full tile one tile level up. Throws TileError unless the tile is full. */
export function tileRoot(tile: Uint8Array): Uint8Array {
  if (tile.length !== FULL_TILE_BYTES)
    throw new TileError('only a full tile has a hash one level up');
  return merkleRoot(tileHashes(tile));
}

/** How many hashes the tile holds in a tree of this size: 256 when full, 0 when the tree does not reach it. */
export function tileWidth(level: number, index: number, treeSize: number): number {
  const hashes = Math.floor(treeSize / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/**
 * Hashes of perfect subtrees of the tree of this size, read from its tiles; each tile is fetched once. Nothing is
 * verified here: what the tiles say counts only after a proof made from it led to a signed root.
 */
export function hashFromTiles(
  fetchTile: FetchTile,
  treeSize: number,
): (level: number, index: number) => Promise<Uint8Array> {
  const tiles = new Map<string, Promise<Uint8Array>>();
  const read = (level: number, index: number): Promise<Uint8Array> => {
    const key = `${String(level)}/${String(index)}`;
    const tile = tiles.get(key) ?? fetchChecked(fetchTile, level, index, treeSize);
    tiles.set(key, tile);
    return tile;
  };
  return async (level, index) => {
    if ((index + 1) * 2 ** level > treeSize) throw new TileError('the subtree is not in the tree');
    const width = 2 ** (level % LEVELS_PER_TILE);
    const first = index * width;
    const tile = await read(Math.floor(level / LEVELS_PER_TILE), Math.floor(first / TILE_WIDTH));
    const start = (first % TILE_WIDTH) * HASH_BYTES;
    return merkleRoot(tileHashes(tile.subarray(start, start + width * HASH_BYTES)));
  };
}

/** Inclusion proof from tiles alone. Rejects with RangeError for an entry outside the tree, TileError for a bad tile. */
export async function proveInclusionFromTiles(
  index: number,
  size: number,
  fetchTile: FetchTile,
): Promise<Uint8Array[]> {
  return foldAll(inclusionNodes(index, size), size, fetchTile);
}

/** Consistency proof from the tiles of the larger tree alone. Rejects like `proveInclusionFromTiles`. */
export async function proveConsistencyFromTiles(
  size1: number,
  size2: number,
  fetchTile: FetchTile,
): Promise<Uint8Array[]> {
  return foldAll(consistencyNodes(size1, size2), size2, fetchTile);
}

async function foldAll(
  proof: readonly (readonly SubtreeId[])[],
  treeSize: number,
  fetchTile: FetchTile,
): Promise<Uint8Array[]> {
  const hashAt = hashFromTiles(fetchTile, treeSize);
  return Promise.all(
    proof.map(async (nodes) =>
      foldSubtrees(await Promise.all(nodes.map(({ level, index }) => hashAt(level, index)))),
    ),
  );
}

async function fetchChecked(
  fetchTile: FetchTile,
  level: number,
  index: number,
  treeSize: number,
): Promise<Uint8Array> {
  const width = tileWidth(level, index, treeSize);
  const tile = await fetchTile(level, index, width);
  if (tile.length !== width * HASH_BYTES && tile.length !== FULL_TILE_BYTES) {
    throw new TileError(
      `tile ${String(level)}/${String(index)} should hold ${String(width)} hashes`,
    );
  }
  return tile;
}
