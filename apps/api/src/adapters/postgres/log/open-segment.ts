import { EntryTooLargeError, HASH_BYTES, MAX_ENTRY_BYTES } from '@sallyport/audit';
import { sha256Into } from '../../../platform/tree-hash.js';
import { LENGTH_BYTES, storedForm, type StoredEntries } from './segment.js';

const FIRST_ENTRIES = 64;
const FIRST_BYTES = 64 * 1024;

/** A UTF-16 code unit becomes three bytes of UTF-8 at the most. */
const MOST_BYTES = 3;

/**
 * A segment while it is put together: entries are written and hashed as they come. Its memory is meant to be used again: buffers of this size left to the garbage collector would
 * make it walk the whole heap many times a second.
 */
export class OpenSegment {
  private packed: Buffer = Buffer.allocUnsafe(FIRST_BYTES);
  private hashes: Buffer = Buffer.allocUnsafe(FIRST_ENTRIES * HASH_BYTES);
  private packedLength = 0;
  private entryCount = 0;

  static of(entries: readonly string[]): OpenSegment {
    const segment = new OpenSegment();
    for (const entry of entries) segment.add(entry);
    return segment;
  }

  get count(): number {
    return this.entryCount;
  }

  /** The entries so far as they are stored. A view where they are too few to be compressed. */
  get stored(): StoredEntries {
    return storedForm(this.entries);
  }

  /** The bundle of entries so far, as a view: see `LENGTH_BYTES`. */
  get entries(): Buffer {
    return this.packed.subarray(0, this.packedLength);
  }

  /** 32 bytes an entry, as a view. */
  get leafHashes(): Buffer {
    return this.hashes.subarray(0, this.entryCount * HASH_BYTES);
  }

  /** Bytes of the bundle so far. */
  get byteLength(): number {
    return this.packedLength;
  }

  /** Bytes of memory held, whether used or not. */
  get capacity(): number {
    return this.packed.length + this.hashes.length;
  }

  /** Adds the UTF-8 of the entry, and its leaf hash (RFC 9162 §2.1.1). Throws EntryTooLargeError, and then nothing was added. */
  add(entry: string): void {
    const at = this.packedLength;
    const from = at + LENGTH_BYTES;
    this.packed = withRoom(this.packed, at, from + MOST_BYTES * entry.length);
    const { packed } = this;
    const length = packed.write(entry, from, 'utf8');
    if (length > MAX_ENTRY_BYTES) throw new EntryTooLargeError(length);
    const end = from + length;
    const hashAt = this.entryCount * HASH_BYTES;
    this.hashes = withRoom(this.hashes, hashAt, hashAt + HASH_BYTES);
    // The zero that a leaf hash begins with stands where the length goes afterwards: nothing is copied to be hashed.
    packed[at + 1] = 0;
    sha256Into(packed.subarray(at + 1, end), this.hashes, hashAt);
    packed.writeUInt16BE(length, at);
    this.packedLength = end;
    this.entryCount += 1;
  }

  /** Forgets the entries, keeps the memory. */
  clear(): void {
    this.packedLength = 0;
    this.entryCount = 0;
  }
}

/** Whether an entry is small enough. Nearly every one is known to be without being counted, which costs as much as to write it. */
export function mayBeLogged(entry: string): boolean {
  return (
    MOST_BYTES * entry.length <= MAX_ENTRY_BYTES || Buffer.byteLength(entry) <= MAX_ENTRY_BYTES
  );
}

/** The buffer, or a larger one with the same first `used` bytes. */
function withRoom(buffer: Buffer, used: number, needed: number): Buffer {
  if (needed <= buffer.length) return buffer;
  const larger = Buffer.allocUnsafe(Math.max(needed, 2 * buffer.length));
  buffer.copy(larger, 0, 0, used);
  return larger;
}
