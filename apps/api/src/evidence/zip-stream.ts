import { createHash } from 'node:crypto';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

/** The archive would outgrow what a plain ZIP can hold. */
export class ZipLimitError extends Error {
  override readonly name = 'ZipLimitError';
}

/** Above it a ZIP would need the 64-bit extensions, which the library does not write. */
export const MAX_ZIP_FILES = 65_000;
const MAX_ZIP_BYTES = 4_000_000_000;

/** A ZIP archive that is sent while it is made: only what was not taken yet is in memory. Remembers each file's SHA-256. */
export class ZipStream {
  /** Hex, by file name. */
  readonly hashes: Record<string, string> = {};
  private readonly zip: Zip;
  private ready: Uint8Array[] = [];
  private failure: Error | undefined;
  private bytes = 0;
  private files = 0;

  constructor(private readonly modifiedAt: Date) {
    this.zip = new Zip((error, chunk) => {
      if (error) this.failure = error;
      else this.ready.push(chunk);
    });
  }

  /** Adds a file whose content comes in parts; yields what of the archive is ready meanwhile. */
  async *file(
    name: string,
    parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    compress = false,
  ): AsyncGenerator<Uint8Array> {
    const file = compress ? new ZipDeflate(name, { level: 6 }) : new ZipPassThrough(name);
    file.mtime = this.modifiedAt;
    this.files += 1;
    this.zip.add(file);
    const hash = createHash('sha256');
    for await (const part of parts) {
      this.bytes += part.length;
      this.refuseTooLarge();
      hash.update(part);
      file.push(part);
      yield* this.take();
    }
    file.push(new Uint8Array(), true);
    this.hashes[name] = hash.digest('hex');
    yield* this.take();
  }

  /** The archive's directory, without which it can't be opened. */
  *end(): Generator<Uint8Array> {
    this.zip.end();
    yield* this.take();
  }

  private *take(): Generator<Uint8Array> {
    const { ready } = this;
    this.ready = [];
    if (this.failure) throw this.failure;
    yield* ready;
  }

  private refuseTooLarge(): void {
    if (this.bytes > MAX_ZIP_BYTES || this.files > MAX_ZIP_FILES) {
      throw new ZipLimitError('the archive would be larger than a ZIP can be');
    }
  }
}
