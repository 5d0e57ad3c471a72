import { TILE_WIDTH } from '@sallyport/audit';
import { PART_HEIGHT, PART_WIDTH, TilePyramid } from '../../../evidence/tile-pyramid.js';
import type { TenantTx } from '../../../platform/sql.js';
import { readTileRoots } from './tile-reads.js';

/** Levels whose tiles can come to 16: with one more there would be more entries than a number counts. */
const LEVELS = 6;

/** For each level what comes after the last run that is stored of tenant `$1`, as an array. */
export const NEXT_RUNS = `ARRAY(SELECT coalesce((SELECT max(run_index) + 1 FROM log_tile_runs WHERE tenant_id = $1 AND level = of.level), 0)
  FROM generate_series(0, ${String(LEVELS - 1)}) AS of (level) ORDER BY level)`;

/**
 * Writes the roots over each 16 full tiles that are not part of a full tile one level up, where they are not stored yet.
 * `tiles` is how many full tiles of level 0 there are, `next` by level the first run that is not stored.
 */
export async function buildRuns(
  tx: TenantTx,
  tiles: number,
  next: readonly number[],
): Promise<void> {
  for (let level = 0; tiles >= PART_WIDTH; level += 1) {
    const above = Math.floor(tiles / TILE_WIDTH);
    const from = Math.max(next[level] ?? 0, above * PART_WIDTH);
    const end = Math.floor(tiles / PART_WIDTH);
    if (from < end) await insertRuns(tx, level, from, end);
    tiles = above;
  }
}

async function insertRuns(tx: TenantTx, level: number, from: number, end: number): Promise<void> {
  const tiles = await readTileRoots(tx, level, from * PART_WIDTH, end * PART_WIDTH);
  // Proofs can do without these, so a tile that is gone is no reason to stop the checkpoints that are signed next.
  if (tiles.size < (end - from) * PART_WIDTH) return;
  const pyramid = new TilePyramid(Buffer.concat([...tiles.values()]));
  const roots = Array.from({ length: end - from }, (_, run) =>
    Buffer.from(pyramid.hash(PART_HEIGHT, run)),
  );
  await tx.query(
    `INSERT INTO log_tile_runs (tenant_id, level, run_index, root)
     SELECT $1, $2::int, $3::bigint + place - 1, root FROM unnest($4::bytea[]) WITH ORDINALITY AS run (root, place)
     ON CONFLICT DO NOTHING`,
    [tx.tenantId, level, from, roots],
  );
}
