import {
  LogReader,
  type LogState,
  type PublishedCheckpoint,
  type StoredTile,
  type TileId,
} from '../../../evidence/log-reader.ports.js';
import type { Database } from '../database.js';
import { pickEntries, pickHashes } from './segment-picks.js';
import { readEntries, readHashes } from './segment-runs.js';
import { readTiles } from './tile-reads.js';

/** A checkpoint's columns; all null where a row has none. */
export interface CheckpointRow {
  readonly tree_size: bigint | null;
  readonly root: Uint8Array | null;
  readonly note: string | null;
  readonly signed_at: Date | null;
}

const STATE = `SELECT h.size, c.tree_size, c.root, c.note, c.signed_at
  FROM tenants t LEFT JOIN log_heads h ON h.tenant_id = t.id
  LEFT JOIN LATERAL (SELECT tree_size, root, note, signed_at FROM log_checkpoints
    WHERE tenant_id = t.id ORDER BY tree_size DESC LIMIT 1) c ON true
  WHERE t.id = $1`;

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

  override entriesAt(
    tenantId: string,
    indexes: readonly number[],
  ): Promise<ReadonlyMap<number, Uint8Array>> {
    return this.database.rawTx(tenantId, (tx) => pickEntries(tx, indexes));
  }

  override leafHashesAt(
    tenantId: string,
    indexes: readonly number[],
  ): Promise<ReadonlyMap<number, Uint8Array>> {
    return this.database.rawTx(tenantId, (tx) => pickHashes(tx, indexes));
  }

  override tiles(tenantId: string, tiles: readonly TileId[]): Promise<readonly StoredTile[]> {
    return readTiles(this.database, tenantId, tiles);
  }
}

/** The checkpoint in a row, if it has one. */
export function checkpointOf(row: CheckpointRow): PublishedCheckpoint | undefined {
  const { tree_size: size, root, note, signed_at: signedAt } = row;
  if (size === null || root === null || note === null || signedAt === null) return undefined;
  return { size: Number(size), root, note, signedAt };
}
