import {
  consistencyNodes,
  foldSubtrees,
  HASH_BYTES,
  inclusionNodes,
  LEVELS_PER_TILE,
  subtrees,
  type SubtreeId,
  TILE_WIDTH,
} from '@sallyport/audit';
import {
  FRONTIER,
  LogDamagedError,
  type LogReader,
  type StoredTile,
  type TileId,
} from './log-reader.ports.js';
import { RecentValues } from './recent-values.js';
import { nodeHash } from '../platform/tree-hash.js';
import { type Place, placeOf, ProofPlaces } from './tile-places.js';
import { PART_BYTES, TilePyramid } from './tile-pyramid.js';

/** 16 KiB each at most. */
const MAX_TILES = 2_048;
/** 1 KiB each. */
const MAX_PARTS = 16_384;

/**
 * The hashes of every tenant's tree: tiles as they are served, and proofs made from them. Full tiles never change, so
 * they and what was derived from them are kept; a proof then costs a few look-ups, and one reading where nothing is known,
 * of no more than the parts of tiles that it goes through.
 */
export class TreeHashes {
  private readonly tiles = new RecentValues<Promise<TilePyramid>>(MAX_TILES);
  private readonly parts = new RecentValues<Promise<TilePyramid>>(MAX_PARTS);

  constructor(private readonly reader: Pick<LogReader, 'tiles'>) {}

  /** Bytes of the first `width` hashes of a tile, which must be in the log. C2SP tlog-tiles, "Merkle tree". */
  async tile(tenantId: string, level: number, index: number, width: number): Promise<Uint8Array> {
    return (await this.pyramid(tenantId, { level, index, width })).tile;
  }

  /** Inclusion proof, sibling of the leaf first. RFC 9162 §2.1.3.1. */
  async inclusionProof(tenantId: string, index: number, size: number): Promise<Uint8Array[]> {
    const places = new ProofPlaces(size, subtrees(0, size));
    return this.fold(tenantId, inclusionNodes(index, size), places);
  }

  /** Consistency proof between two sizes. RFC 9162 §2.1.4.1. */
  async consistencyProof(tenantId: string, size1: number, size2: number): Promise<Uint8Array[]> {
    return this.fold(tenantId, consistencyNodes(size1, size2), new ProofPlaces(size2));
  }

  /** The hash of a perfect subtree of the tree of this size. */
  async subtreeRoot(tenantId: string, subtree: SubtreeId, size: number): Promise<Uint8Array> {
    const { tile, height, place } = placeOf(subtree, size);
    return (await this.pyramid(tenantId, tile)).hash(height, place);
  }

  private async fold(
    tenantId: string,
    proof: readonly (readonly SubtreeId[])[],
    places: ProofPlaces,
  ): Promise<Uint8Array[]> {
    const found = proof.map((nodes) => nodes.map((node) => places.find(node)));
    const pyramids = new Map<TileId, TilePyramid>();
    const brought = await Promise.all(this.bring(tenantId, places.tiles));
    places.tiles.forEach((tile, n) => pyramids.set(tile, requireRead(brought[n])));
    const hashAt = ({ tile, height, place }: Place) =>
      requireRead(pyramids.get(tile)).hash(height, place);
    return found.map((nodes) => foldSubtrees(nodes.map(hashAt), nodeHash));
  }

  /** The tiles, each of which is named once. What is not known is read at once; who asks for it now shares that. */
  private bring(tenantId: string, tiles: readonly TileId[]): Promise<TilePyramid>[] {
    const known = tiles.map((tile) => this.known(tenantId, tile));
    const missing = tiles.filter((_, n) => !known[n]);
    if (missing.length === 0) return known.filter((pyramid) => pyramid !== undefined);
    const stored = this.reader.tiles(tenantId, missing);
    let read = 0;
    return tiles.map((tile, n) => {
      const found = known[n];
      if (found) return found;
      const at = read++;
      const pyramid = stored.then((all) => this.pyramidOf(tenantId, tile, all[at]));
      return this.keep(keyOf(tenantId, tile), tile, pyramid);
    });
  }

  private pyramid(tenantId: string, tile: TileId): Promise<TilePyramid> {
    const [pyramid] = this.bring(tenantId, [tile]);
    return requireRead(pyramid);
  }

  /** What is known of a tile; the whole of it does for a part. */
  private known(tenantId: string, tile: TileId): Promise<TilePyramid> | undefined {
    if (tile.part === undefined) return this.tiles.get(keyOf(tenantId, tile));
    const whole = this.tiles.get(keyOf(tenantId, { ...tile, part: undefined }));
    return whole ?? this.parts.get(keyOf(tenantId, tile));
  }

  private keep(key: string, { part }: TileId, pyramid: Promise<TilePyramid>): Promise<TilePyramid> {
    const kept = part === undefined ? this.tiles : this.parts;
    kept.set(key, pyramid);
    // What failed is tried again by the next who asks; who asked now is told by the promise.
    pyramid.catch(() => kept.delete(key));
    return pyramid;
  }

  private async pyramidOf(
    tenantId: string,
    tile: TileId,
    stored: StoredTile | undefined,
  ): Promise<TilePyramid> {
    if (tile.part !== undefined) {
      if (stored?.part) return TilePyramid.ofPart(tile.part, stored.part);
      // It is not stored in parts, and what came is all of it: other parts of it are found there.
      const whole = { ...tile, part: undefined };
      const key = keyOf(tenantId, whole);
      return this.tiles.get(key) ?? this.keep(key, whole, this.pyramidOf(tenantId, whole, stored));
    }
    if (tile.level === FRONTIER && stored?.hashes.length === 0) {
      const peaks = subtrees(0, tile.index).map((peak) => [peak]);
      const roots = await this.fold(tenantId, peaks, new ProofPlaces(tile.index));
      return new TilePyramid(Buffer.concat(roots));
    }
    const { hashes, middle, gaps } = requireIntact(tile, stored);
    // One after the other: where nothing is built yet, each may take as many again.
    for (const place of gaps) {
      const index = tile.index * TILE_WIDTH + place;
      const below = { level: tile.level - 1, index, width: TILE_WIDTH };
      const root = (await this.pyramid(tenantId, below)).hash(LEVELS_PER_TILE, 0);
      hashes.set(root, place * HASH_BYTES);
    }
    return new TilePyramid(hashes, middle);
  }
}

function keyOf(tenantId: string, { level, index, width, part }: TileId): string {
  return `${tenantId}/${String(level)}/${String(index)}/${String(width)}/${String(part ?? '')}`;
}

/** Everything that `bring` is asked for is in what it gives. */
function requireRead<T>(pyramid: T | undefined): T {
  if (!pyramid) throw new RangeError('the subtree is not in the tile');
  return pyramid;
}

function requireIntact(
  { level, index, width }: TileId,
  stored: StoredTile | undefined,
): StoredTile {
  const where =
    level === FRONTIER
      ? `the frontier of size ${String(index)}`
      : `tile ${String(level)}/${String(index)}`;
  if (stored?.hashes.length !== width * HASH_BYTES)
    throw new LogDamagedError(`${where} has not ${String(width)} hashes`);
  if (stored.middle && stored.middle.length !== PART_BYTES)
    throw new LogDamagedError(`${where} has not 16 hashes in the middle`);
  return stored;
}
