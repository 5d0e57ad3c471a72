import {
  consistencyNodes,
  foldSubtrees,
  HASH_BYTES,
  inclusionNodes,
  type SubtreeId,
  TILE_WIDTH,
  tileWidth,
} from '@sallyport/audit';
import { type LogReader, LogDamagedError } from './log-reader.ports.js';
import { RecentValues } from './recent-values.js';
import { nodeHash } from '../platform/tree-hash.js';
import { TilePyramid } from './tile-pyramid.js';

const LEVELS_PER_TILE = 8;
/** 8 KiB each. */
const MAX_TILES = 2_048;
const MAX_PYRAMIDS = 1_024;

/**
 * The hashes of every tenant's tree: tiles as they are served, and proofs made from them. Full tiles never change, so
 * what was derived from them is kept; a proof then costs a few look-ups.
 */
export class TreeHashes {
  private readonly tiles = new RecentValues<Uint8Array>(MAX_TILES);
  private readonly pyramids = new RecentValues<Promise<TilePyramid>>(MAX_PYRAMIDS);

  constructor(private readonly reader: LogReader) {}

  /** Bytes of the first `width` hashes of a tile, which must be in the log. C2SP tlog-tiles, "Merkle tree". */
  async tile(tenantId: string, level: number, index: number, width: number): Promise<Uint8Array> {
    if (width === TILE_WIDTH) {
      const key = `${tenantId}/${String(level)}/${String(index)}`;
      const known = this.tiles.get(key);
      if (known) return known;
      const stored = await this.reader.fullTiles(tenantId, level, index, index + 1);
      const tile = stored.get(index);
      if (tile) this.tiles.set(key, tile);
      if (tile) return tile;
    }
    const first = index * TILE_WIDTH;
    if (level === 0) return this.reader.leafHashes(tenantId, first, first + width);
    return Buffer.concat(await this.tileRoots(tenantId, level - 1, first, first + width));
  }

  /** Inclusion proof, sibling of the leaf first. RFC 9162 §2.1.3.1. */
  async inclusionProof(tenantId: string, index: number, size: number): Promise<Uint8Array[]> {
    return this.fold(tenantId, inclusionNodes(index, size), size);
  }

  /** Consistency proof between two sizes. RFC 9162 §2.1.4.1. */
  async consistencyProof(tenantId: string, size1: number, size2: number): Promise<Uint8Array[]> {
    return this.fold(tenantId, consistencyNodes(size1, size2), size2);
  }

  private fold(
    tenantId: string,
    proof: readonly (readonly SubtreeId[])[],
    size: number,
  ): Promise<Uint8Array[]> {
    // All at once: the few tiles that they need are read side by side.
    return Promise.all(
      proof.map(async (nodes) => {
        const parts = nodes.map((node) => this.subtreeRoot(tenantId, node, size));
        return foldSubtrees(await Promise.all(parts), nodeHash);
      }),
    );
  }

  /** The hash of a perfect subtree of the tree of this size. */
  async subtreeRoot(
    tenantId: string,
    { level, index }: SubtreeId,
    size: number,
  ): Promise<Uint8Array> {
    const height = level % LEVELS_PER_TILE;
    const tileLevel = (level - height) / LEVELS_PER_TILE;
    const perTile = TILE_WIDTH / 2 ** height;
    const tileIndex = Math.floor(index / perTile);
    const width = tileWidth(tileLevel, tileIndex, size);
    const pyramid = await this.pyramid(tenantId, tileLevel, tileIndex, width);
    return pyramid.hash(height, index % perTile);
  }

  private pyramid(
    tenantId: string,
    level: number,
    index: number,
    width: number,
  ): Promise<TilePyramid> {
    const key = `${tenantId}/${String(level)}/${String(index)}/${String(width)}`;
    const known = this.pyramids.get(key);
    if (known) return known;
    const pyramid = this.readPyramid(tenantId, level, index, width);
    this.pyramids.set(key, pyramid);
    // What failed is tried again by the next who asks; who asked now is told by the promise.
    pyramid.catch(() => this.pyramids.delete(key));
    return pyramid;
  }

  private async readPyramid(
    tenantId: string,
    level: number,
    index: number,
    width: number,
  ): Promise<TilePyramid> {
    const tile = await this.tile(tenantId, level, index, width);
    if (tile.length !== width * HASH_BYTES) {
      throw new LogDamagedError(
        `tile ${String(level)}/${String(index)} has not ${String(width)} hashes`,
      );
    }
    return new TilePyramid(tile);
  }

  /** Roots of full tiles of a level: the hashes of the level above. */
  private async tileRoots(
    tenantId: string,
    level: number,
    first: number,
    end: number,
  ): Promise<Uint8Array[]> {
    const stored = await this.reader.tileRoots(tenantId, level, first, end);
    const roots: Uint8Array[] = [];
    for (let index = first; index < end; index += 1) {
      const root = stored.get(index) ?? (await this.computedRoot(tenantId, level, index));
      roots.push(root);
    }
    return roots;
  }

  /** The root of a full tile that is not stored yet. */
  private async computedRoot(tenantId: string, level: number, index: number): Promise<Uint8Array> {
    return (await this.pyramid(tenantId, level, index, TILE_WIDTH)).hash(LEVELS_PER_TILE, 0);
  }
}
