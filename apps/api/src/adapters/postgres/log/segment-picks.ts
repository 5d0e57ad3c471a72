import { HASH_BYTES } from '@sallyport/audit';
import type { TenantTx } from '../../../platform/sql.js';
import { type StoredEntries, unpackIntact } from './segment.js';

/** Segments are read a few at a time: each may have megabytes. */
const SEGMENTS_AT_ONCE = 8;

const SEGMENTS_OF = `SELECT DISTINCT s.first_index FROM unnest($2::bigint[]) AS wanted (index)
  CROSS JOIN LATERAL (SELECT first_index, count FROM log_segments
    WHERE tenant_id = $1 AND first_index <= wanted.index ORDER BY first_index DESC LIMIT 1) s
  WHERE wanted.index < s.first_index + s.count ORDER BY 1`;

interface SegmentRow extends StoredEntries {
  readonly first_index: bigint;
  readonly count: number;
}

/** Single entries by index; those that are not in the log, or cut short in it, are absent. */
export async function pickEntries(
  tx: TenantTx,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, Uint8Array>> {
  const starts = await segmentsOf(tx, indexes);
  return pick(tx, 'entries', starts, indexes, (segment) => unpackIntact(segment, segment.count));
}

/** Leaf hashes by index; those that are not in the log are absent. */
export async function pickHashes(
  tx: TenantTx,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, Uint8Array>> {
  const starts = await segmentsOf(tx, indexes);
  return pick(tx, 'leaf_hashes', starts, indexes, ({ packed, count }) =>
    Array.from({ length: count }, (_, place) =>
      packed.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES),
    ),
  );
}

/** First indexes of the segments that hold these entries. */
async function segmentsOf(tx: TenantTx, indexes: readonly number[]): Promise<readonly bigint[]> {
  if (indexes.length === 0) return [];
  const rows = await tx.query<{ first_index: bigint }>(SEGMENTS_OF, [tx.tenantId, indexes]);
  return rows.map(({ first_index }) => first_index);
}

async function pick(
  tx: TenantTx,
  column: 'entries' | 'leaf_hashes',
  starts: readonly bigint[],
  indexes: readonly number[],
  unpack: (segment: SegmentRow) => readonly Uint8Array[],
): Promise<ReadonlyMap<number, Uint8Array>> {
  const found = new Map<number, Uint8Array>();
  const wanted = [...indexes].sort((a, b) => a - b);
  for (let at = 0; at < starts.length; at += SEGMENTS_AT_ONCE) {
    const some = starts.slice(at, at + SEGMENTS_AT_ONCE);
    const segments = await tx.query<SegmentRow>(
      `SELECT first_index, count, ${column} AS packed, unpacked_bytes FROM log_segments
       WHERE tenant_id = $1 AND first_index = ANY ($2::bigint[]) ORDER BY first_index`,
      [tx.tenantId, some],
    );
    for (const segment of segments) collect(segment, unpack(segment), wanted, found);
  }
  return found;
}

function collect(
  { first_index, count }: SegmentRow,
  parts: readonly Uint8Array[],
  wanted: readonly number[],
  found: Map<number, Uint8Array>,
): void {
  const start = Number(first_index);
  for (const index of wanted) {
    if (index >= start + count) return;
    const part = parts[index - start];
    // A copy: the whole segment must not stay in memory for one entry.
    if (index >= start && part) found.set(index, Uint8Array.from(part));
  }
}
