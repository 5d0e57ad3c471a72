/** Stored bytes that can't be what was written: somebody went around the database's own guards. */
export class SegmentError extends Error {
  override readonly name = 'SegmentError';
}

/** Each entry of a stored segment comes after its length as a big-endian uint16: an entry bundle (C2SP tlog-tiles) without the limit of 256. */
export const LENGTH_BYTES = 2;

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

/** The first `count` entries of a segment, or those of them before the place where it was cut short. */
export function unpackIntact(packed: Uint8Array, count: number): Uint8Array[] {
  try {
    return unpackEntries(packed, 0, count);
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    // Damage is rare, and no reason to hide what it did not reach.
    return count === 0 ? [] : unpackIntact(packed, count - 1);
  }
}
