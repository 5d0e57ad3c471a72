import { createHash } from 'node:crypto';
import { Readable, pipeline } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import {
  centralRecord,
  dataDescriptor,
  endOfDirectory,
  localHeader,
  type ZipEntry,
} from './zip-records.js';

/** Text that repeats itself hardly shrinks further at a higher level, which would take many times as long. */
const LEVEL = 1;

/**
 * A ZIP archive that is sent while it is made: only what was not taken yet is in memory. Of any size: with the 64-bit
 * extensions where a number outgrows 32 bits. Remembers each file's SHA-256.
 */
export class ZipStream {
  /** Hex, by file name. */
  readonly hashes: Record<string, string> = {};
  private readonly entries: ZipEntry[] = [];
  private written = 0;

  /** `largest` is what a field of 32 bits can hold; tests make it small. */
  constructor(
    private readonly modifiedAt: Date,
    private readonly largest = 0xffff_fffe,
  ) {}

  /** Adds a file whose content comes in parts; yields what of the archive is ready. */
  async *file(
    name: string,
    parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    compress = false,
  ): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    const sums = { crc: 0, size: 0, packedSize: 0 };
    const summed = summing(parts, (part) => {
      hash.update(part);
      sums.crc = crc32(part, sums.crc);
      sums.size += part.length;
    });
    const about = { name, compress, modifiedAt: this.modifiedAt, offset: this.written };
    yield this.count(localHeader(about));
    for await (const part of compress ? deflated(summed) : summed) {
      sums.packedSize += part.length;
      yield this.count(part);
    }
    const entry: ZipEntry = { ...about, ...sums };
    yield this.count(dataDescriptor(entry, this.largest));
    this.entries.push(entry);
    this.hashes[name] = hash.digest('hex');
  }

  /** The archive's directory, without which it can't be opened. */
  *end(): Generator<Uint8Array> {
    const offset = this.written;
    for (const entry of this.entries) yield this.count(centralRecord(entry, this.largest));
    const size = this.written - offset;
    yield endOfDirectory({ offset, size, count: this.entries.length }, this.largest);
  }

  private count(part: Uint8Array): Uint8Array {
    this.written += part.length;
    return part;
  }
}

async function* summing(
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  add: (part: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    add(part);
    yield part;
  }
}

function deflated(parts: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const deflate = createDeflateRaw({ level: LEVEL, chunkSize: 64 * 1024 });
  // A failure of either ends both, and reaches whoever reads.
  return pipeline(
    Readable.from(parts, { objectMode: true, highWaterMark: 1 }),
    deflate,
    () => undefined,
  );
}
