import { HASH_BYTES } from '@sallyport/audit';
import { LogDamagedError } from '../../../evidence/log-reader.ports.js';
import type { TenantTx } from '../../../platform/sql.js';
import { unpackEntries } from './segment.js';

interface RunRow {
  readonly first_index: bigint;
  readonly count: number;
  readonly packed: Uint8Array;
}

/** The segments that hold the indexes from $2 up to, not including, $3. */
const runOf = (column: 'entries' | 'leaf_hashes') => `SELECT first_index, count, ${column} AS packed
  FROM log_segments WHERE tenant_id = $1 AND first_index < $3::bigint AND first_index >= coalesce(
    (SELECT max(first_index) FROM log_segments WHERE tenant_id = $1 AND first_index <= $2::bigint), 0)
  ORDER BY first_index`;

/** Entries from `first` up to, not including, `end`, as stored. Rejects with LogDamagedError when one is missing. */
export async function readEntries(tx: TenantTx, first: number, end: number): Promise<Uint8Array[]> {
  const parts = await readRun(tx, 'entries', first, end);
  const entries = parts.flatMap(({ packed, from, to }) => unpackEntries(packed, from, to));
  requireComplete(entries.length, first, end);
  return entries;
}

/** Leaf hashes from `first` up to, not including, `end`, 32 bytes each. Rejects with LogDamagedError when one is missing. */
export async function readHashes(tx: TenantTx, first: number, end: number): Promise<Uint8Array> {
  const parts = await readRun(tx, 'leaf_hashes', first, end);
  const hashes = Buffer.concat(
    parts.map(({ packed, from, to }) => packed.subarray(from * HASH_BYTES, to * HASH_BYTES)),
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
): Promise<{ packed: Uint8Array; from: number; to: number }[]> {
  if (first >= end) return [];
  const rows = await tx.query<RunRow>(runOf(column), [tx.tenantId, first, end]);
  return rows
    .map(({ first_index, count, packed }) => {
      const start = Number(first_index);
      return { packed, from: Math.max(0, first - start), to: Math.min(count, end - start) };
    })
    .filter(({ from, to }) => from < to);
}

function requireComplete(found: number, first: number, end: number): void {
  if (found === end - first) return;
  throw new LogDamagedError(`entries ${String(first)} to ${String(end - 1)} are not all there`);
}
