import { CompactRange, emptyRoot } from '@sallyport/audit';
import { nodeHash } from '../../../platform/tree-hash.js';
import { int32, int64 } from './bind-message.js';
import type { OpenSegment } from './open-segment.js';
import { SegmentError } from './segment.js';

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

/** What `EXTEND` answers. */
export interface ExtendRow {
  readonly moved: boolean;
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
 * Moves the head from exactly the given state and adds the segment, or does nothing: `moved` says which. The update takes
 * the row lock and compares under it, so a head that is only remembered is never trusted. Binds the tenant itself: alone
 * it is one message and one transaction. Values: `extendValues`, or `binaryExtendValues`.
 */
export const EXTEND: Statement = {
  name: 'log_extend',
  text: `SELECT sallyport_log_extend($1, $2::bigint, $3::bytea, $4::bytea, $5::bytea, $6::bytea, $7::int, $8::bytea, $9::bytea,
    $10::int) AS moved`,
};

/** Instead of a length: the entries are not compressed. */
const PLAIN = 0;

export function createHeadValues(tenantId: string): unknown[] {
  return [tenantId, Buffer.from(emptyRoot())];
}

/** Values of `EXTEND` for the driver, which writes bytes as they are and numbers as text. */
export function extendValues(
  tenantId: string,
  before: CompactRange,
  after: CompactRange,
  segment: OpenSegment,
): unknown[] {
  const { packed, unpacked_bytes } = segment.stored;
  return [
    tenantId,
    before.size,
    ...hashesOf(before, after),
    segment.count,
    segment.leafHashes,
    packed,
    unpacked_bytes ?? PLAIN,
  ];
}

/** The same in PostgreSQL's binary form, for `ExtendQuery`. */
export function binaryExtendValues(
  tenantId: string,
  before: CompactRange,
  after: CompactRange,
  segment: OpenSegment,
): Buffer[] {
  const { packed, unpacked_bytes } = segment.stored;
  return [
    Buffer.from(tenantId),
    int64(before.size),
    ...hashesOf(before, after),
    int32(segment.count),
    segment.leafHashes,
    Buffer.from(packed.buffer, packed.byteOffset, packed.length),
    int32(unpacked_bytes ?? PLAIN),
  ];
}

function hashesOf(before: CompactRange, after: CompactRange): Buffer[] {
  return [before, after].flatMap((range) => [
    Buffer.from(range.root(nodeHash)),
    Buffer.from(range.toBytes()),
  ]);
}

/** The tree that a head row stands for. Throws SegmentError when its root isn't the root of its own frontier. */
export function treeOf(row: HeadRow): CompactRange {
  const range = CompactRange.fromBytes(Number(row.size), row.frontier);
  if (Buffer.compare(range.root(nodeHash), row.root) !== 0) {
    throw new SegmentError('the root in the log head is not the root of its frontier');
  }
  return range;
}
