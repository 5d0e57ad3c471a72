/** An entry's length is a 16-bit number in an entry bundle, so no entry may be longer. */
export const MAX_ENTRY_BYTES = 65_535;

/** Number of hashes in a full tile and of entries in a full bundle. */
export const TILE_WIDTH = 256;

const LENGTH_BYTES = 2;

/** Bytes that are no entry bundle, or entries that make none. */
export class EntryBundleError extends Error {
  override readonly name = 'EntryBundleError';
}

/** Entries as tlog-tiles serves them: each after its length as a big-endian uint16. Throws EntryBundleError above a bound. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length > TILE_WIDTH) throw new EntryBundleError('a bundle holds at most 256 entries');
  const total = entries.reduce((sum, entry) => sum + LENGTH_BYTES + entry.length, 0);
  const bundle = new Uint8Array(total);
  const view = new DataView(bundle.buffer);
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES)
      throw new EntryBundleError('an entry has at most 65535 bytes');
    view.setUint16(at, entry.length);
    bundle.set(entry, at + LENGTH_BYTES);
    at += LENGTH_BYTES + entry.length;
  }
  return bundle;
}

/** The entries of a bundle, as views on its bytes. Throws EntryBundleError when it is cut short or holds more than 256. */
export function decodeEntryBundle(bundle: Uint8Array): Uint8Array[] {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    if (entries.length === TILE_WIDTH)
      throw new EntryBundleError('a bundle holds at most 256 entries');
    const start = at + LENGTH_BYTES;
    if (start > bundle.length) throw new EntryBundleError('the bundle ends inside a length');
    const end = start + view.getUint16(at);
    if (end > bundle.length) throw new EntryBundleError('the bundle ends inside an entry');
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  return entries;
}
