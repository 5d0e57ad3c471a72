import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

/** The file is no ZIP, or one in a form that no export has. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

interface ZippedFile {
  readonly isDeflated: boolean;
  readonly packedSize: number;
  readonly size: number;
  /** Where its local header stands. */
  readonly offset: number;
}

const END_BYTES = 22;
const MAX_COMMENT = 65_535;
const LOCATOR_BYTES = 20;
const END_64_BYTES = 56;
const RECORD_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_DIRECTORY_BYTES = 16 * 1024 * 1024;
const LATER_32 = 0xffff_ffff;
const PART_BYTES = 256 * 1024;

/** A ZIP archive of any size on disk (APPNOTE.TXT): its files are read in parts, also several at the same time. */
export class ZipFile {
  private constructor(
    private readonly path: string,
    private readonly files: ReadonlyMap<string, ZippedFile>,
  ) {}

  /** Reads the directory. Rejects with ZipError. */
  static async open(path: string): Promise<ZipFile> {
    const handle = await open(path);
    try {
      const { offset, size } = await findDirectory(handle);
      if (size > MAX_DIRECTORY_BYTES) throw new ZipError('its directory is too large');
      return new ZipFile(path, parseDirectory(await readAt(handle, offset, size)));
    } finally {
      await handle.close();
    }
  }

  get names(): readonly string[] {
    return [...this.files.keys()];
  }

  /** Content of a file, in parts; never more than the directory says. Rejects with ZipError. */
  async *read(name: string): AsyncGenerator<Uint8Array> {
    const file = this.files.get(name);
    if (!file) throw new ZipError(`${name} is not in it`);
    const start = await this.contentStart(file);
    let left = file.size;
    if (file.packedSize > 0) {
      for await (const part of this.content(file, start)) {
        left -= part.length;
        if (left < 0) throw new ZipError(`${name} is longer than its directory says`);
        yield part;
      }
    }
    if (left > 0) throw new ZipError(`${name} is shorter than its directory says`);
  }

  private async *content(file: ZippedFile, start: number): AsyncGenerator<Uint8Array> {
    const end = start + file.packedSize - 1;
    const packed = createReadStream(this.path, { start, end, highWaterMark: PART_BYTES });
    const plain = file.isDeflated
      ? pipeline(packed, createInflateRaw({ chunkSize: PART_BYTES }), () => undefined)
      : packed;
    try {
      for await (const part of plain) yield part as Uint8Array;
    } catch (error) {
      throw new ZipError((error as Error).message, { cause: error });
    }
  }

  private async contentStart({ offset }: ZippedFile): Promise<number> {
    const handle = await open(this.path);
    try {
      const header = await readAt(handle, offset, LOCAL_BYTES);
      requireMagic(header, 0x0403_4b50);
      return offset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
    } finally {
      await handle.close();
    }
  }
}

async function findDirectory(handle: FileHandle): Promise<{ offset: number; size: number }> {
  const { size: fileSize } = await handle.stat();
  const tailStart = Math.max(0, fileSize - END_BYTES - MAX_COMMENT);
  const tail = await readAt(handle, tailStart, fileSize - tailStart);
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (at === -1 || at + END_BYTES > tail.length) throw new ZipError('it has no directory');
  const end = { size: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
  if (end.size !== LATER_32 && end.offset !== LATER_32) return end;
  const locator = await readAt(handle, tailStart + at - LOCATOR_BYTES, LOCATOR_BYTES);
  requireMagic(locator, 0x0706_4b50);
  const large = await readAt(handle, read64(locator, 8), END_64_BYTES);
  requireMagic(large, 0x0606_4b50);
  return { size: read64(large, 40), offset: read64(large, 48) };
}

function parseDirectory(directory: Buffer): Map<string, ZippedFile> {
  const files = new Map<string, ZippedFile>();
  for (let at = 0; at < directory.length;) {
    if (at + RECORD_BYTES > directory.length) throw new ZipError('its directory is cut short');
    const record = directory.subarray(at);
    requireMagic(record, 0x0201_4b50);
    const nameEnd = RECORD_BYTES + record.readUInt16LE(28);
    const extraEnd = nameEnd + record.readUInt16LE(30);
    if (extraEnd > record.length) throw new ZipError('its directory is cut short');
    const name = record.toString('utf8', RECORD_BYTES, nameEnd);
    // Two files of one name: which one is checked, and which one is read?
    if (files.has(name)) throw new ZipError(`${name} is in it twice`);
    if (!name.endsWith('/')) files.set(name, parseRecord(record, name, nameEnd, extraEnd));
    at += extraEnd + record.readUInt16LE(32);
  }
  return files;
}

function parseRecord(
  record: Buffer,
  name: string,
  extraStart: number,
  extraEnd: number,
): ZippedFile {
  const [flags, method] = [record.readUInt16LE(8), record.readUInt16LE(10)];
  if (flags % 2 === 1 || (method !== 0 && method !== 8))
    throw new ZipError(`${name} is packed in a way that exports are not`);
  const large = largeSizes(record.subarray(extraStart, extraEnd));
  // In this order, and only what did not fit into 32 bits.
  const [size, packedSize, offset] = [24, 20, 42].map((field) => {
    const value = record.readUInt32LE(field);
    if (value !== LATER_32) return value;
    const later = large.shift();
    if (later === undefined) throw new ZipError(`${name} has no size`);
    return later;
  }) as [number, number, number];
  if (!Number.isSafeInteger(offset + packedSize) || !Number.isSafeInteger(size))
    throw new ZipError(`${name} has a size that cannot be`);
  return { isDeflated: method === 8, size, packedSize, offset };
}

/** The numbers of the 64-bit extension among a file's extra fields. */
function largeSizes(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    const field = extra.subarray(at + 4, at + 4 + length);
    if (id === 1)
      return Array.from({ length: Math.floor(field.length / 8) }, (_, i) => read64(field, 8 * i));
    at += 4 + length;
  }
  return [];
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const isPlace = Number.isSafeInteger(position) && position >= 0;
  const read = isPlace ? await handle.read(bytes, 0, length, position) : { bytesRead: -1 };
  if (read.bytesRead !== length) throw new ZipError('it is cut short');
  return bytes;
}

function read64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

function requireMagic(bytes: Buffer, magic: number): void {
  if (bytes.readUInt32LE(0) !== magic) throw new ZipError('it is damaged');
}
