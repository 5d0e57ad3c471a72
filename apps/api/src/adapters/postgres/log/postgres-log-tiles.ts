import { HASH_BYTES, LEVELS_PER_TILE, TILE_WIDTH } from '@sallyport/audit';
import { LogDamagedError, LogTiles } from '../../../evidence/log-reader.ports.js';
import { TilePyramid } from '../../../evidence/tile-pyramid.js';
import type { TenantTx } from '../../../platform/sql.js';
import type { Database } from '../database.js';
import { readHashes } from './segment-runs.js';
import { readTileRoots } from './tile-reads.js';
import { buildRuns, NEXT_RUNS } from './tile-runs.js';

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;
/** Two megabytes of leaf hashes at a time. */
const TILES_AT_ONCE = 256;

interface Progress {
  readonly size: bigint;
  readonly next: bigint;
  readonly runs: readonly string[];
}

/** Tiles are dense, so the last one of level 0 says how far they have come. */
const PROGRESS = `SELECT h.size, coalesce((SELECT max(tile_index) + 1 FROM log_tiles WHERE tenant_id = $1 AND level = 0), 0) AS next,
  ${NEXT_RUNS} AS runs FROM log_heads h WHERE h.tenant_id = $1`;

/** Builds tiles in Postgres. Each step is one transaction with all levels; two at once write the same, once. */
export class PostgresLogTiles extends LogTiles {
  constructor(private readonly database: Database) {
    super();
  }

  override async advance(tenantId: string): Promise<boolean> {
    return this.database.rawTx(tenantId, async (tx) => {
      const [row] = await tx.query<Progress>(PROGRESS, [tenantId]);
      const full = Math.floor(Number(row?.size ?? 0) / TILE_WIDTH);
      const from = Number(row?.next ?? 0);
      const to = Math.min(full, from + TILES_AT_ONCE);
      await buildTiles(tx, from, to);
      await buildRuns(tx, to, row?.runs.map(Number) ?? []);
      return to < full;
    });
  }
}

/** Writes the full tiles `first` to `end` of level 0, and at every level above those that they complete. */
async function buildTiles(tx: TenantTx, first: number, end: number): Promise<void> {
  if (first >= end) return;
  let [from, to] = [first, end];
  const hashes = await readHashes(tx, from * TILE_WIDTH, to * TILE_WIDTH);
  let tiles = split(hashes);
  for (let level = 0; tiles.length > 0; level += 1) {
    await insertTiles(tx, level, from, tiles);
    const [firstAbove, endAbove] = [Math.floor(from / TILE_WIDTH), Math.floor(to / TILE_WIDTH)];
    tiles = await tilesAbove(tx, level, firstAbove, endAbove);
    [from, to] = [firstAbove, endAbove];
  }
}

/** Full tiles of the level above, from the roots of the full tiles of this level. */
async function tilesAbove(
  tx: TenantTx,
  level: number,
  first: number,
  end: number,
): Promise<Uint8Array[]> {
  if (first >= end) return [];
  const roots = await readTileRoots(tx, level, first * TILE_WIDTH, end * TILE_WIDTH);
  if (roots.size !== (end - first) * TILE_WIDTH)
    throw new LogDamagedError(`tiles of level ${String(level)} are gone`);
  return split(Buffer.concat([...roots.values()]));
}

async function insertTiles(
  tx: TenantTx,
  level: number,
  first: number,
  tiles: readonly Uint8Array[],
): Promise<void> {
  // What was stored of a tile says nothing here: its root is what the levels above are built of.
  const pyramids = tiles.map((tile) => new TilePyramid(tile));
  await tx.query(
    `INSERT INTO log_tiles (tenant_id, level, tile_index, hashes, middle, root)
     SELECT $1, $2::int, $3::bigint + place - 1, hashes, middle, root
     FROM unnest($4::bytea[], $5::bytea[], $6::bytea[]) WITH ORDINALITY AS tile (hashes, middle, root, place)
     ON CONFLICT DO NOTHING`,
    [
      tx.tenantId,
      level,
      first,
      tiles.map((tile) => Buffer.from(tile)),
      pyramids.map((pyramid) => Buffer.from(pyramid.middle())),
      pyramids.map((pyramid) => Buffer.from(pyramid.hash(LEVELS_PER_TILE, 0))),
    ],
  );
}

function split(hashes: Uint8Array): Uint8Array[] {
  return Array.from({ length: hashes.length / TILE_BYTES }, (_, i) =>
    hashes.subarray(i * TILE_BYTES, (i + 1) * TILE_BYTES),
  );
}
