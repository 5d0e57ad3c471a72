import { HASH_BYTES, TILE_WIDTH, tileRoot } from '@sallyport/audit';
import { LogDamagedError } from '../../../evidence/log-reader.ports.js';
import type { TenantTx } from '../../../platform/sql.js';
import { readHashes } from './segment-runs.js';

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/**
 * Writes every tile, at every level, that became full while the log grew from `before` to `after`. What is there already
 * stays as it is.
 */
export async function buildTiles(tx: TenantTx, before: number, after: number): Promise<void> {
  let [from, to] = [Math.floor(before / TILE_WIDTH), Math.floor(after / TILE_WIDTH)];
  if (from === to) return;
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
  const tiles: Uint8Array[] = [];
  for (let index = first; index < end; index += 1) {
    const rows = await tx.query<{ hashes: Uint8Array }>(
      `SELECT hashes FROM log_tiles WHERE tenant_id = $1 AND level = $2
       AND tile_index >= $3 AND tile_index < $4 ORDER BY tile_index`,
      [tx.tenantId, level, index * TILE_WIDTH, (index + 1) * TILE_WIDTH],
    );
    if (rows.length !== TILE_WIDTH)
      throw new LogDamagedError(`tiles of level ${String(level)} are gone`);
    tiles.push(Buffer.concat(rows.map(({ hashes }) => tileRoot(hashes))));
  }
  return tiles;
}

async function insertTiles(
  tx: TenantTx,
  level: number,
  first: number,
  tiles: readonly Uint8Array[],
): Promise<void> {
  await tx.query(
    `INSERT INTO log_tiles (tenant_id, level, tile_index, hashes)
     SELECT $1, $2::int, $3::bigint + place - 1, hashes
     FROM unnest($4::bytea[]) WITH ORDINALITY AS tile (hashes, place) ON CONFLICT DO NOTHING`,
    [tx.tenantId, level, first, tiles.map((tile) => Buffer.from(tile))],
  );
}

function split(hashes: Uint8Array): Uint8Array[] {
  return Array.from({ length: hashes.length / TILE_BYTES }, (_, i) =>
    hashes.subarray(i * TILE_BYTES, (i + 1) * TILE_BYTES),
  );
}
