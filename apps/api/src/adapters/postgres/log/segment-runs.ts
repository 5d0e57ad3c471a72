import { HASH_BYTES } from '@sallyport/audit';
import { LogDamagedError } from '../../../evidence/log-reader.ports.js';
import type { TenantTx } from '../../../platform/sql.js';
import { bundleOf, type StoredEntries, unpackEntries } from './segment.js';

interface RunRow extends StoredEntries {
  readonly first_index: bigint;
  readonly count: number;
}

interface RunPart {
  readonly row: RunRow;
  readonly from: number;
  readonly to: number;
}

/**
 * The segments that hold the indexes from $2 up to, not including, $3. Under row-level security Postgres takes no condition
 * with a bare `coalesce` to the index, and would look at every segment before.
 */
const runOf = (
  column: 'entries' | 'leaf_hashes',
) => `SELECT first_index, count, ${column} AS packed, unpacked_bytes
  FROM log_segments WHERE tenant_id = $1 AND first_index < $3::bigint AND first_index >= (
    SELECT coalesce(max(first_index), 0) FROM log_segments WHERE tenant_id = $1 AND first_index <= $2::bigint)
  ORDER BY first_index`;

/** Entries from `first` up to, not including, `end`, as stored. Rejects with LogDamagedError when one is missing. */
export async function readEntries(tx: TenantTx, first: number, end: number): Promise<Uint8Array[]> {
  const parts = await readRun(tx, 'entries', first, end);
  const entries = parts.flatMap(({ row, from, to }) => unpackEntries(bundleOf(row), from, to));
  requireComplete(entries.length, first, end);
  return entries;
}

/** Leaf hashes from `first` up to, not including, `end`, 32 bytes each. Rejects with LogDamagedError when one is missing. */
export async function readHashes(tx: TenantTx, first: number, end: number): Promise<Uint8Array> {
  const parts = await readRun(tx, 'leaf_hashes', first, end);
  const hashes = Buffer.concat(
    parts.map(({ row, from, to }) => row.packed.subarray(from * HASH_BYTES, to * HASH_BYTES)),
  );
  requireComplete(hashes.length / HASH_BYTES, first, end);
  return hashes;
}

/** Which part of which segment lies in the range. */
async function readRun(
  tx: TenantTx,
  column: 'entries' | 'leaf_hashes',
  first: number,
  end: number,
): Promise<RunPart[]> {
  if (first >= end) return [];
  const rows = await tx.query<RunRow>(runOf(column), [tx.tenantId, first, end]);
  return rows
    .map((row) => {
      const start = Number(row.first_index);
      return { row, from: Math.max(0, first - start), to: Math.min(row.count, end - start) };
    })
    .filter(({ from, to }) => from < to);
}

function requireComplete(found: number, first: number, end: number): void {
  if (found === end - first) return;
  throw new LogDamagedError(`entries ${String(first)} to ${String(end - 1)} are not all there`);
}
