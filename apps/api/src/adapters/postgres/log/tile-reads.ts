import { HASH_BYTES, LEVELS_PER_TILE, TILE_WIDTH } from '@sallyport/audit';
import type pg from 'pg';
import { FRONTIER, type StoredTile, type TileId } from '../../../evidence/log-reader.ports.js';
import { PART_WIDTH, TilePyramid } from '../../../evidence/tile-pyramid.js';
import type { TenantTx } from '../../../platform/sql.js';
import type { Database } from '../database.js';
import type { Statement } from './append-sql.js';

interface TileRow {
  readonly part: Uint8Array | null;
  readonly hashes: Uint8Array | null;
  readonly middle: Uint8Array | null;
  readonly below: Uint8Array | null;
}

const TILES: Statement = {
  name: 'log_parts',
  text: 'SELECT part, hashes, middle, below FROM sallyport_log_parts($1, $2, $3, $4, $5)',
};
/** Planning may have to wait for a migration; longer than this is not worth a connection. */
const FIRST_READING_MS = 5_000;
const NOTHING = new Uint8Array();

/** What is stored of tiles, in the order asked for: one round trip, unless a full tile is not built whose root is needed. */
export async function readTiles(
  database: Database,
  tenantId: string,
  wanted: readonly TileId[],
): Promise<StoredTile[]> {
  const rows = await database.read<TileRow>({ ...TILES, values: valuesOf(tenantId, wanted) });
  const tiles: StoredTile[] = [];
  for (const [n, { part, hashes, middle, below }] of rows.entries()) {
    const tile = wanted[n];
    if (part) tiles.push({ part, hashes: NOTHING, middle: undefined, gaps: [] });
    else if (hashes) tiles.push({ hashes, middle: middle ?? undefined, gaps: [] });
    else if (tile && isWhole(tile, below))
      tiles.push({ hashes: below ?? NOTHING, middle: undefined, gaps: [] });
    else if (tile) tiles.push(await database.rawTx(tenantId, (tx) => putTogether(tx, tile)));
  }
  return tiles;
}

/**
 * Reads tiles of nobody, in each of the ways in which they may be stored: the first reading on a connection plans all of that
 * and looks it up in the catalog, which takes some ten times what a reading does.
 */
export async function readNoTiles(client: pg.ClientBase): Promise<void> {
  const places = [[0], [0, 0], [1, 0], [1, PART_WIDTH], [1], [FRONTIER]];
  const wanted = places.map(([level = 0, part]) => {
    return { level, index: 0, width: part === undefined ? PART_WIDTH : TILE_WIDTH, part };
  });
  const statement = {
    ...TILES,
    values: valuesOf('', wanted),
    query_timeout: FIRST_READING_MS,
  };
  await client.query(statement);
}

/** Values of `TILES`. */
function valuesOf(tenantId: string, wanted: readonly TileId[]): string[] {
  return [
    tenantId,
    arrayText(wanted.map(({ level }) => level)),
    arrayText(wanted.map(({ index }) => index)),
    arrayText(wanted.map(({ width }) => width)),
    arrayText(wanted.map(({ part }) => part ?? 'NULL')),
  ];
}

/** As PostgreSQL reads it: `pg` would quote and join each number by itself. */
function arrayText(values: readonly (number | string)[]): string {
  return `{${values.join(',')}}`;
}

/** Whether there is nothing more to find: leaf hashes that are not in the log are nowhere, nor is a frontier that was not kept. */
function isWhole({ level, width }: TileId, below: Uint8Array | null): boolean {
  return level <= 0 || (below?.length ?? 0) === width * HASH_BYTES;
}

/** From the roots one by one: some are not stored, or not yet. */
async function putTogether(tx: TenantTx, { level, index, width }: TileId): Promise<StoredTile> {
  const first = index * TILE_WIDTH;
  const roots = await readTileRoots(tx, level - 1, first, first + width);
  const hashes = new Uint8Array(width * HASH_BYTES);
  const gaps: number[] = [];
  for (let place = 0; place < width; place += 1) {
    const root = roots.get(first + place);
    if (root) hashes.set(root, place * HASH_BYTES);
    else gaps.push(place);
  }
  return { hashes, middle: undefined, gaps };
}

/** Roots of the full tiles of a level from `first` up to, not including, `end`, by index, ascending; those not built yet are absent. */
export async function readTileRoots(
  tx: TenantTx,
  level: number,
  first: number,
  end: number,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const rows = await tx.query<{ tile_index: bigint; root: Uint8Array | null; hashes: Uint8Array }>(
    `SELECT tile_index, root, CASE WHEN root IS NULL THEN hashes END AS hashes FROM log_tiles
     WHERE tenant_id = $1 AND level = $2::int AND tile_index >= $3::bigint AND tile_index < $4::bigint
     ORDER BY tile_index`,
    [tx.tenantId, level, first, end],
  );
  return new Map(
    rows.map(({ tile_index, root, hashes }) => [
      Number(tile_index),
      root ?? new TilePyramid(hashes).hash(LEVELS_PER_TILE, 0),
    ]),
  );
}
