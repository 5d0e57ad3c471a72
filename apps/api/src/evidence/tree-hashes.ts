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
import { inPart, onFrontier, type Place, placeOf } from './tile-places.js';
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
    const proof = inclusionNodes(index, size);
    const peaks = subtrees(0, size);
    return this.fold(
      tenantId,
      proof.map((nodes) =>
        nodes.map((node) => onFrontier(node, peaks, size) ?? placeOf(node, size)),
      ),
    );
  }

  /** Consistency proof between two sizes. RFC 9162 §2.1.4.1. */
  async consistencyProof(tenantId: string, size1: number, size2: number): Promise<Uint8Array[]> {
    const proof = consistencyNodes(size1, size2);
    return this.fold(
      tenantId,
      proof.map((nodes) => nodes.map((node) => placeOf(node, size2))),
    );
  }

  /** The hash of a perfect subtree of the tree of this size. */
  async subtreeRoot(tenantId: string, subtree: SubtreeId, size: number): Promise<Uint8Array> {
    const { tile, height, place } = placeOf(subtree, size);
    return (await this.pyramid(tenantId, tile)).hash(height, place);
  }

  private async fold(
    tenantId: string,
    proof: readonly (readonly Place[])[],
  ): Promise<Uint8Array[]> {
    const places = proof.map((nodes) => nodes.map(inPart));
    const tiles = places.flat().map(({ tile }) => tile);
    const pyramids = new Map<string, TilePyramid>();
    for (const [key, pyramid] of this.bring(tenantId, tiles)) pyramids.set(key, await pyramid);
    const hashAt = ({ tile, height, place }: Place) =>
      requireRead(pyramids.get(keyOf(tenantId, tile))).hash(height, place);
    return places.map((nodes) => foldSubtrees(nodes.map(hashAt), nodeHash));
  }

  /** The tiles by key. Everything that is not known of them is read at once; who asks for them now shares that. */
  private bring(
    tenantId: string,
    tiles: readonly TileId[],
  ): ReadonlyMap<string, Promise<TilePyramid>> {
    const found = new Map<string, Promise<TilePyramid>>();
    const missing = new Map<string, TileId>();
    for (const tile of tiles) {
      const key = keyOf(tenantId, tile);
      if (found.has(key) || missing.has(key)) continue;
      const known = this.known(tenantId, tile);
      if (known) found.set(key, known);
      else missing.set(key, tile);
    }
    if (missing.size === 0) return found;
    const stored = this.reader.tiles(tenantId, [...missing.values()]);
    [...missing].forEach(([key, tile], n) => {
      const one = stored.then((all) => this.pyramidOf(tenantId, tile, all[n]));
      found.set(key, this.keep(key, tile, one));
    });
    return found;
  }

  private pyramid(tenantId: string, tile: TileId): Promise<TilePyramid> {
    const key = keyOf(tenantId, tile);
    return requireRead(this.bring(tenantId, [tile]).get(key));
  }

  /** What is known of a tile; the whole of it does for a part. */
  private known(tenantId: string, tile: TileId): Promise<TilePyramid> | undefined {
    const whole = this.tiles.get(keyOf(tenantId, { ...tile, part: undefined }));
    return tile.part === undefined ? whole : (whole ?? this.parts.get(keyOf(tenantId, tile)));
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
      const peaks = subtrees(0, tile.index).map((peak) => [placeOf(peak, tile.index)]);
      return new TilePyramid(Buffer.concat(await this.fold(tenantId, peaks)));
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
