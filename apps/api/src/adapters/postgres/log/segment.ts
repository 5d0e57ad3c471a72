import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import '../../../platform/buffer-pool.js';

/** Stored bytes that can't be what was written: somebody went around the database's own guards. */
export class SegmentError extends Error {
  override readonly name = 'SegmentError';
}

/** Each entry of a stored segment comes after its length as a big-endian uint16: an entry bundle (C2SP tlog-tiles) without the limit of 256. */
export const LENGTH_BYTES = 2;

/** A bundle of entries as it is stored. */
export interface StoredEntries {
  readonly packed: Uint8Array;
  /** Length of the bundle where `packed` is compressed (RFC 7932); null where it is the bundle itself. */
  readonly unpacked_bytes: number | null;
}

/** A smaller bundle isn't worth the call. */
const COMPRESS_FROM_BYTES = 4_096;
// V8 frees what zlib worked with only when it collects the whole heap, and this buffer with it. Large enough not to be part of a common one.
const LITTLE_MEMORY = { chunkSize: 4_096 };
// The quickest that finds the repetitions between entries, which is what there is to find.
const QUICK = { ...LITTLE_MEMORY, params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

/** A bundle as it is to be stored. Entries of one segment resemble each other: compressed, they are a tenth as long, or less. */
export function storedForm(bundle: Uint8Array): StoredEntries {
  if (bundle.length < COMPRESS_FROM_BYTES) return { packed: bundle, unpacked_bytes: null };
  return { packed: brotliCompressSync(bundle, QUICK), unpacked_bytes: bundle.length };
}

/** The bundle that was stored. Throws SegmentError when it isn't one that `storedForm` made. */
export function bundleOf({ packed, unpacked_bytes: length }: StoredEntries): Uint8Array {
  if (length === null) return packed;
  try {
    const bundle = brotliDecompressSync(packed, { ...LITTLE_MEMORY, maxOutputLength: length });
    if (bundle.length === length) return bundle;
  } catch (cause) {
    throw new SegmentError('a stored segment cannot be decompressed', { cause });
  }
  throw new SegmentError('a stored segment has another length than it was written with');
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

/** The first `count` entries of a segment, or those of them before the place where it was cut short: none where it is compressed. */
export function unpackIntact(stored: StoredEntries, count: number): Uint8Array[] {
  try {
    return intactOf(bundleOf(stored), count);
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    return [];
  }
}

function intactOf(bundle: Uint8Array, count: number): Uint8Array[] {
  try {
    return unpackEntries(bundle, 0, count);
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    // Damage is rare, and no reason to hide what it did not reach.
    return count === 0 ? [] : intactOf(bundle, count - 1);
  }
}
