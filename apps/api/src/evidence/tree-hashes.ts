import {
  consistencyNodes,
  foldSubtrees,
  HASH_BYTES,
  inclusionNodes,
  type SubtreeId,
  TILE_WIDTH,
  tileRoot,
  tileWidth,
} from '@sallyport/audit';
import { type LogReader, LogDamagedError } from './log-reader.ports.js';
import { RecentValues } from './recent-values.js';
import { TilePyramid } from './tile-pyramid.js';

const LEVELS_PER_TILE = 8;
const MAX_PYRAMIDS = 1_024;
const MAX_ROOTS = 65_536;

/**
 * The hashes of every tenant's tree: tiles as they are served, and proofs made from them. Full tiles never change, so
 * what was derived from them is kept; a proof then costs a few look-ups.
 */
export class TreeHashes {
  private readonly pyramids = new RecentValues<TilePyramid>(MAX_PYRAMIDS);
  private readonly roots = new RecentValues<Uint8Array>(MAX_ROOTS);

  constructor(private readonly reader: LogReader) {}

  /** Bytes of the first `width` hashes of a tile, which must be in the log. C2SP tlog-tiles, "Merkle tree". */
  async tile(tenantId: string, level: number, index: number, width: number): Promise<Uint8Array> {
    if (width === TILE_WIDTH) {
      const stored = await this.reader.fullTiles(tenantId, level, index, index + 1);
      const tile = stored.get(index);
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

  private async fold(
    tenantId: string,
    proof: readonly (readonly SubtreeId[])[],
    size: number,
  ): Promise<Uint8Array[]> {
    const hashes: Uint8Array[] = [];
    for (const nodes of proof) {
      const parts: Uint8Array[] = [];
      for (const node of nodes) parts.push(await this.subtreeRoot(tenantId, node, size));
      hashes.push(foldSubtrees(parts));
    }
    return hashes;
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

  private async pyramid(
    tenantId: string,
    level: number,
    index: number,
    width: number,
  ): Promise<TilePyramid> {
    const key = `${tenantId}/${String(level)}/${String(index)}/${String(width)}`;
    const known = this.pyramids.get(key);
    if (known) return known;
    const tile = await this.tile(tenantId, level, index, width);
    if (tile.length !== width * HASH_BYTES) {
      throw new LogDamagedError(
        `tile ${String(level)}/${String(index)} has not ${String(width)} hashes`,
      );
    }
    const pyramid = new TilePyramid(tile);
    this.pyramids.set(key, pyramid);
    return pyramid;
  }

  /** Roots of full tiles of a level: the hashes of the level above. */
  private async tileRoots(
    tenantId: string,
    level: number,
    first: number,
    end: number,
  ): Promise<Uint8Array[]> {
    const keyOf = (index: number) => `${tenantId}/${String(level)}/${String(index)}`;
    const wanted = Array.from({ length: end - first }, (_, place) => first + place);
    const unknown = wanted.filter((index) => !this.roots.get(keyOf(index)));
    const [from, to] = [unknown[0] ?? end, (unknown.at(-1) ?? first) + 1];
    const stored =
      from < to
        ? await this.reader.fullTiles(tenantId, level, from, to)
        : new Map<number, Uint8Array>();
    const roots: Uint8Array[] = [];
    for (const index of wanted) {
      const known = this.roots.get(keyOf(index));
      const root =
        known ??
        tileRoot(stored.get(index) ?? (await this.tile(tenantId, level, index, TILE_WIDTH)));
      if (!known) this.roots.set(keyOf(index), root);
      roots.push(root);
    }
    return roots;
  }
}
