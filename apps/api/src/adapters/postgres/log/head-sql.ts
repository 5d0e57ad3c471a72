import { CompactRange, emptyRoot } from '@sallyport/audit';
import { type Segment, SegmentError } from './segment.js';

/** A prepared statement: parsed once per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface HeadRow {
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly frontier: Uint8Array;
}

/** Locks the tenant's sequencer until the transaction ends. `$1` tenant. */
export const LOCK_HEAD: Statement = {
  name: 'log_lock_head',
  text: 'SELECT size, root, frontier FROM log_heads WHERE tenant_id = $1 FOR UPDATE',
};

/** Makes the sequencer of a tenant that has not logged anything yet. Values: `createHeadValues`. */
export const CREATE_HEAD: Statement = {
  name: 'log_create_head',
  text: `INSERT INTO log_heads (tenant_id, size, root, frontier) VALUES ($1, 0, $2::bytea, ''::bytea) ON CONFLICT DO NOTHING`,
};

/**
 * Moves the head from exactly the given state and adds the segment, or does nothing: one row comes back, or none. The
 * update takes the row lock and compares under it, so a head that is only remembered is never trusted.
 */
export const EXTEND: Statement = {
  name: 'log_extend',
  text: `WITH moved AS (
    UPDATE log_heads SET size = $5::bigint, root = $6::bytea, frontier = $7::bytea, updated_at = now()
    WHERE tenant_id = $1 AND size = $2::bigint AND root = $3::bytea AND frontier = $4::bytea
    RETURNING tenant_id)
  INSERT INTO log_segments (tenant_id, first_index, count, entries, leaf_hashes, tree_size, root)
  SELECT tenant_id, $2::bigint, $8::int, $9::bytea, $10::bytea, $5::bigint, $6::bytea FROM moved
  RETURNING first_index`,
};

export function createHeadValues(tenantId: string): unknown[] {
  return [tenantId, Buffer.from(emptyRoot())];
}

export function extendValues(
  tenantId: string,
  before: CompactRange,
  after: CompactRange,
  segment: Segment,
): unknown[] {
  return [
    tenantId,
    BigInt(before.size),
    before.root(),
    before.toBytes(),
    BigInt(after.size),
    segment.root,
    after.toBytes(),
    segment.count,
    segment.entries,
    segment.leafHashes,
  ];
}

/** The tree that a head row stands for. Throws SegmentError when its root isn't the root of its own frontier. */
export function treeOf(row: HeadRow): CompactRange {
  const range = CompactRange.fromBytes(Number(row.size), row.frontier);
  if (Buffer.compare(range.root(), row.root) !== 0) {
    throw new SegmentError('the root in the log head is not the root of its frontier');
  }
  return range;
}
