import {
  LogReader,
  type LogState,
  type PublishedCheckpoint,
} from '../../../evidence/log-reader.ports.js';
import type { TenantTx } from '../../../platform/sql.js';
import type { Database } from '../database.js';
import { unpackEntries } from './segment.js';
import { readEntries, readHashes } from './segment-runs.js';

/** A checkpoint's columns; all null where a row has none. */
export interface CheckpointRow {
  readonly tree_size: bigint | null;
  readonly root: Uint8Array | null;
  readonly note: string | null;
  readonly signed_at: Date | null;
}

/** Segments are read a few at a time: each may have megabytes. */
const SEGMENTS_AT_ONCE = 8;

const STATE = `SELECT h.size, c.tree_size, c.root, c.note, c.signed_at
  FROM tenants t LEFT JOIN log_heads h ON h.tenant_id = t.id
  LEFT JOIN LATERAL (SELECT tree_size, root, note, signed_at FROM log_checkpoints
    WHERE tenant_id = t.id ORDER BY tree_size DESC LIMIT 1) c ON true
  WHERE t.id = $1`;

const SEGMENTS_OF = `SELECT DISTINCT s.first_index FROM unnest($2::bigint[]) AS wanted (index)
  CROSS JOIN LATERAL (SELECT first_index, count FROM log_segments
    WHERE tenant_id = $1 AND first_index <= wanted.index ORDER BY first_index DESC LIMIT 1) s
  WHERE wanted.index < s.first_index + s.count ORDER BY 1`;

const TILES = `SELECT tile_index, hashes FROM log_tiles
  WHERE tenant_id = $1 AND level = $2::int AND tile_index >= $3::bigint AND tile_index < $4::bigint`;

/** Reads the log tables as they are. */
export class PostgresLogReader extends LogReader {
  constructor(private readonly database: Database) {
    super();
  }

  override async state(tenantId: string): Promise<LogState | undefined> {
    const [row] = await this.database.rawTx(tenantId, (tx) =>
      tx.query<CheckpointRow & { size: bigint | null }>(STATE, [tenantId]),
    );
    return row && { size: Number(row.size ?? 0), checkpoint: checkpointOf(row) };
  }

  override async entries(tenantId: string, first: number, end: number): Promise<Uint8Array[]> {
    return this.database.rawTx(tenantId, (tx) => readEntries(tx, first, end));
  }

  override async leafHashes(tenantId: string, first: number, end: number): Promise<Uint8Array> {
    return this.database.rawTx(tenantId, (tx) => readHashes(tx, first, end));
  }

  override async entriesAt(
    tenantId: string,
    indexes: readonly number[],
  ): Promise<ReadonlyMap<number, Uint8Array>> {
    const found = new Map<number, Uint8Array>();
    if (indexes.length === 0) return found;
    return this.database.rawTx(tenantId, async (tx) => {
      const rows = await tx.query<{ first_index: bigint }>(SEGMENTS_OF, [tenantId, indexes]);
      const starts = rows.map(({ first_index }) => first_index);
      for (let at = 0; at < starts.length; at += SEGMENTS_AT_ONCE) {
        await collect(tx, starts.slice(at, at + SEGMENTS_AT_ONCE), indexes, found);
      }
      return found;
    });
  }

  override async fullTiles(
    tenantId: string,
    level: number,
    first: number,
    end: number,
  ): Promise<ReadonlyMap<number, Uint8Array>> {
    const rows = await this.database.rawTx(tenantId, (tx) =>
      tx.query<{ tile_index: bigint; hashes: Uint8Array }>(TILES, [tenantId, level, first, end]),
    );
    return new Map(rows.map(({ tile_index, hashes }) => [Number(tile_index), hashes]));
  }
}

/** The checkpoint in a row, if it has one. */
export function checkpointOf(row: CheckpointRow): PublishedCheckpoint | undefined {
  const { tree_size: size, root, note, signed_at: signedAt } = row;
  if (size === null || root === null || note === null || signedAt === null) return undefined;
  return { size: Number(size), root, note, signedAt };
}

async function collect(
  tx: TenantTx,
  starts: readonly bigint[],
  indexes: readonly number[],
  found: Map<number, Uint8Array>,
): Promise<void> {
  const rows = await tx.query<{ first_index: bigint; count: number; entries: Uint8Array }>(
    `SELECT first_index, count, entries FROM log_segments
     WHERE tenant_id = $1 AND first_index = ANY ($2::bigint[])`,
    [tx.tenantId, starts],
  );
  for (const { first_index, count, entries } of rows) {
    const start = Number(first_index);
    for (const index of indexes) {
      if (index < start || index >= start + count) continue;
      const [entry] = unpackEntries(entries, index - start, index - start + 1);
      // A copy: the whole segment must not stay in memory for one entry.
      if (entry) found.set(index, Uint8Array.from(entry));
    }
  }
}
