import { createHash } from 'node:crypto';
import type { CompactRange } from '@sallyport/audit';

/** A run of entries that became durable together, as a row of `log_segments` holds it. */
export interface Segment {
  readonly firstIndex: number;
  readonly count: number;
  /** Each entry after its length as a big-endian uint16: entry bundles (C2SP tlog-tiles) without the limit of 256. */
  readonly entries: Uint8Array;
  /** 32 bytes an entry. */
  readonly leafHashes: Uint8Array;
  readonly treeSize: number;
  readonly root: Uint8Array;
}

/** Stored bytes that can't be what was written: somebody went around the database's own guards. */
export class SegmentError extends Error {
  override readonly name = 'SegmentError';
}

const LENGTH_BYTES = 2;
const LEAF_PREFIX = Uint8Array.of(0);

/** The tree with these entries added, and the segment that adds them. Entries are under 64 KiB each. */
export function extend(
  before: CompactRange,
  entries: readonly Uint8Array[],
): { readonly after: CompactRange; readonly segment: Segment } {
  const hashes = entries.map(leafHash);
  const after = before.appendMany(hashes);
  const segment: Segment = {
    firstIndex: before.size,
    count: entries.length,
    entries: packEntries(entries),
    leafHashes: Buffer.concat(hashes),
    treeSize: after.size,
    root: after.root(),
  };
  return { after, segment };
}

/** The entries of a segment from its `from`-th up to, not including, its `to`-th, as views. Throws SegmentError when cut short. */
export function unpackEntries(packed: Uint8Array, from: number, to: number): Uint8Array[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const entries: Uint8Array[] = [];
  let at = 0;
  for (let place = 0; place < to; place += 1) {
    const start = at + LENGTH_BYTES;
    if (start > packed.length) throw new SegmentError('a stored segment ends inside a length');
    at = start + view.getUint16(at);
    if (at > packed.length) throw new SegmentError('a stored segment ends inside an entry');
    if (place >= from) entries.push(packed.subarray(start, at));
  }
  return entries;
}

/** The library's leaf hash (RFC 9162 §2.1.1) by OpenSSL: every decision waits for one, and this takes a third of the time. */
function leafHash(entry: Uint8Array): Uint8Array {
  return createHash('sha256').update(LEAF_PREFIX).update(entry).digest();
}

function packEntries(entries: readonly Uint8Array[]): Uint8Array {
  const total = entries.reduce((sum, entry) => sum + LENGTH_BYTES + entry.length, 0);
  const packed = Buffer.allocUnsafe(total);
  let at = 0;
  for (const entry of entries) {
    // Throws above 65,535: no entry can be stored under a wrong length.
    at = packed.writeUInt16BE(entry.length, at);
    packed.set(entry, at);
    at += entry.length;
  }
  return packed;
}
