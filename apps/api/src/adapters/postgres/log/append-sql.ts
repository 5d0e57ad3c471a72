import { int32 } from './bind-message.js';
import type { OpenSegment } from './open-segment.js';

/** A prepared statement: parsed once per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** What `APPEND` answers. */
export interface AppendedRow {
  readonly first_index: bigint;
}

/**
 * Adds the segment to the tenant's log, whose tree it extends under the head's row lock, and says where it stands. Binds the
 * tenant itself: alone it is one message and one transaction; within a transaction the lock is kept until that ends. Values:
 * `appendValues`, or `binaryAppendValues`.
 */
export const APPEND: Statement = {
  name: 'log_append',
  text: 'SELECT sallyport_log_append($1, $2::int, $3::bytea, $4::bytea, $5::int) AS first_index',
};

/** Instead of a length: the entries are not compressed. */
const PLAIN = 0;

/** Values of `APPEND` for the driver, which writes bytes as they are and numbers as text. */
export function appendValues(tenantId: string, segment: OpenSegment): unknown[] {
  const { packed, unpacked_bytes } = segment.stored;
  return [tenantId, segment.count, segment.leafHashes, packed, unpacked_bytes ?? PLAIN];
}

/** The same in PostgreSQL's binary form, for `AppendQuery`. */
export function binaryAppendValues(tenantId: string, segment: OpenSegment): Buffer[] {
  const { packed, unpacked_bytes } = segment.stored;
  return [
    Buffer.from(tenantId),
    int32(segment.count),
    segment.leafHashes,
    Buffer.from(packed.buffer, packed.byteOffset, packed.length),
    int32(unpacked_bytes ?? PLAIN),
  ];
}
