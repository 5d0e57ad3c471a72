import {
  consistencyNodes,
  foldSubtrees,
  HASH_BYTES,
  inclusionNodes,
  type SubtreeId,
  TILE_WIDTH,
  tileWidth,
} from '@sallyport/audit';
import {
  LogDamagedError,
  type LogReader,
  type StoredTile,
  type TileId,
} from './log-reader.ports.js';
import { RecentValues } from './recent-values.js';
import { nodeHash } from '../platform/tree-hash.js';
import { MIDDLE_BYTES, TilePyramid } from './tile-pyramid.js';

const LEVELS_PER_TILE = 8;
/** 16 KiB each at most. */
const MAX_TILES = 2_048;

/**
 * The hashes of every tenant's tree: tiles as they are served, and proofs made from them. Full tiles never change, so
 * they and what was derived from them are kept; a proof then costs a few look-ups, and one reading where nothing is known.
 */
export class TreeHashes {
  private readonly pyramids = new RecentValues<Promise<TilePyramid>>(MAX_TILES);

  constructor(private readonly reader: Pick<LogReader, 'tiles'>) {}

  /** Bytes of the first `width` hashes of a tile, which must be in the log. C2SP tlog-tiles, "Merkle tree". */
  async tile(tenantId: string, level: number, index: number, width: number): Promise<Uint8Array> {
    return (await this.pyramid(tenantId, { level, index, width })).tile;
  }

  /** Inclusion proof, sibling of the leaf first. RFC 9162 §2.1.3.1. */
  async inclusionProof(tenantId: string, index: number, size: number): Promise<Uint8Array[]> {
    return this.fold(tenantId, inclusionNodes(index, size), size);
  }

  /** Consistency proof between two sizes. RFC 9162 §2.1.4.1. */
  async consistencyProof(tenantId: string, size1: number, size2: number): Promise<Uint8Array[]> {
    return this.fold(tenantId, consistencyNodes(size1, size2), size2);
  }

  /** The hash of a perfect subtree of the tree of this size. */
  async subtreeRoot(tenantId: string, subtree: SubtreeId, size: number): Promise<Uint8Array> {
    const { tile, height, place } = placeOf(subtree, size);
    return (await this.pyramid(tenantId, tile)).hash(height, place);
  }

  private fold(
    tenantId: string,
    proof: readonly (readonly SubtreeId[])[],
    size: number,
  ): Promise<Uint8Array[]> {
    const tiles = proof.flat().map((node) => placeOf(node, size).tile);
    this.bring(tenantId, tiles);
    return Promise.all(
      proof.map(async (nodes) => {
        const parts = nodes.map((node) => this.subtreeRoot(tenantId, node, size));
        return foldSubtrees(await Promise.all(parts), nodeHash);
      }),
    );
  }

  private pyramid(tenantId: string, tile: TileId): Promise<TilePyramid> {
    const known = this.pyramids.get(keyOf(tenantId, tile));
    if (known) return known;
    const stored = this.reader.tiles(tenantId, [tile]);
    return this.keep(
      tenantId,
      tile,
      stored.then(([found]) => found),
    );
  }

  /** Has everything that is not known of these tiles read at once; who asks for them now shares that. */
  private bring(tenantId: string, tiles: readonly TileId[]): void {
    const missing = new Map<string, TileId>();
    for (const tile of tiles) {
      const key = keyOf(tenantId, tile);
      if (!this.pyramids.get(key)) missing.set(key, tile);
    }
    if (missing.size === 0) return;
    const stored = this.reader.tiles(tenantId, [...missing.values()]);
    [...missing.values()].forEach((tile, n) => {
      void this.keep(
        tenantId,
        tile,
        stored.then((found) => found[n]),
      );
    });
  }

  private keep(
    tenantId: string,
    tile: TileId,
    stored: Promise<StoredTile | undefined>,
  ): Promise<TilePyramid> {
    const key = keyOf(tenantId, tile);
    const pyramid = stored.then((found) => this.pyramidOf(tenantId, tile, found));
    this.pyramids.set(key, pyramid);
    // What failed is tried again by the next who asks; who asked now is told by the promise.
    pyramid.catch(() => this.pyramids.delete(key));
    return pyramid;
  }

  private async pyramidOf(
    tenantId: string,
    tile: TileId,
    stored: StoredTile | undefined,
  ): Promise<TilePyramid> {
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

/** Where in which tile of a tree of this size the root of a subtree is found. */
function placeOf(
  { level, index }: SubtreeId,
  size: number,
): { tile: TileId; height: number; place: number } {
  const height = level % LEVELS_PER_TILE;
  const tileLevel = (level - height) / LEVELS_PER_TILE;
  const perTile = TILE_WIDTH / 2 ** height;
  const tileIndex = Math.floor(index / perTile);
  const width = tileWidth(tileLevel, tileIndex, size);
  return { tile: { level: tileLevel, index: tileIndex, width }, height, place: index % perTile };
}

function keyOf(tenantId: string, { level, index, width }: TileId): string {
  return `${tenantId}/${String(level)}/${String(index)}/${String(width)}`;
}

function requireIntact(
  { level, index, width }: TileId,
  stored: StoredTile | undefined,
): StoredTile {
  const where = `tile ${String(level)}/${String(index)}`;
  if (stored?.hashes.length !== width * HASH_BYTES)
    throw new LogDamagedError(`${where} has not ${String(width)} hashes`);
  if (stored.middle && stored.middle.length !== MIDDLE_BYTES)
    throw new LogDamagedError(`${where} has not 16 hashes in the middle`);
  return stored;
}
