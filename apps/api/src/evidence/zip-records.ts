/** A file of the archive, when all of it was written. */
export interface ZipEntry {
  readonly name: string;
  readonly compress: boolean;
  readonly modifiedAt: Date;
  /** Where its local header stands. */
  readonly offset: number;
  readonly crc: number;
  readonly size: number;
  readonly packedSize: number;
}

const VERSION = 20;
const VERSION_64 = 45;
/** Sizes follow the data (bit 3), names are UTF-8 (bit 11). */
const FLAGS = (1 << 3) | (1 << 11);
const STORED = 0;
const DEFLATED = 8;
const EXTRA_64 = 1;
/** Stands for "see the 64-bit record". */
const LATER_16 = 0xffff;
const LATER_32 = 0xffff_ffff;
const ATTRIBUTES = (0o100644 << 16) >>> 0;
const MADE_ON_UNIX = 3 << 8;

/** APPNOTE.TXT 4.3.7. */
export function localHeader(entry: Pick<ZipEntry, 'name' | 'compress' | 'modifiedAt'>): Buffer {
  const name = Buffer.from(entry.name);
  return Buffer.concat([
    u32(0x0403_4b50),
    u16(VERSION, FLAGS, entry.compress ? DEFLATED : STORED),
    dosTime(entry.modifiedAt),
    u32(0, 0, 0),
    u16(name.length, 0),
    name,
  ]);
}

/** APPNOTE.TXT 4.3.9: what was not known when the local header was written. */
export function dataDescriptor({ crc, size, packedSize }: ZipEntry, largest: number): Buffer {
  const sizes =
    Math.max(size, packedSize) > largest ? u64(packedSize, size) : u32(packedSize, size);
  return Buffer.concat([u32(0x0807_4b50, crc), sizes]);
}

/** APPNOTE.TXT 4.3.12, with 4.5.3 where a number is beyond `largest`. */
export function centralRecord(entry: ZipEntry, largest: number): Buffer {
  const { compress, crc, size, packedSize, offset } = entry;
  const name = Buffer.from(entry.name);
  const large = [size, packedSize, offset].filter((value) => value > largest);
  const extra =
    large.length === 0
      ? Buffer.of()
      : Buffer.concat([u16(EXTRA_64, 8 * large.length), u64(...large)]);
  const version = large.length === 0 ? VERSION : VERSION_64;
  const short = (value: number) => (value > largest ? LATER_32 : value);
  return Buffer.concat([
    u32(0x0201_4b50),
    u16(MADE_ON_UNIX | version, version, FLAGS, compress ? DEFLATED : STORED),
    dosTime(entry.modifiedAt),
    u32(crc, short(packedSize), short(size)),
    u16(name.length, extra.length, 0, 0, 0),
    u32(ATTRIBUTES, short(offset)),
    name,
    extra,
  ]);
}

/** APPNOTE.TXT 4.3.16, behind 4.3.14 and 4.3.15 where a number is beyond `largest`. */
export function endOfDirectory(
  { offset, size, count }: { offset: number; size: number; count: number },
  largest: number,
): Buffer {
  const isLarge = Math.max(offset, size) > largest;
  const record64 = Buffer.concat([
    u32(0x0606_4b50),
    u64(44),
    u16(MADE_ON_UNIX | VERSION_64, VERSION_64),
    u32(0, 0),
    u64(count, count, size, offset),
  ]);
  const locator = Buffer.concat([u32(0x0706_4b50, 0), u64(offset + size), u32(1)]);
  const short = (value: number) => (isLarge ? LATER_32 : value);
  const counts = isLarge ? LATER_16 : count;
  return Buffer.concat([
    ...(isLarge ? [record64, locator] : []),
    u32(0x0605_4b50),
    u16(0, 0, counts, counts),
    u32(short(size), short(offset)),
    u16(0),
  ]);
}

/** MS-DOS time and date, UTC, two seconds exact; the format begins with 1980. */
function dosTime(time: Date): Buffer {
  const year = Math.max(0, time.getUTCFullYear() - 1980);
  const date = (year << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  const clock =
    (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  return u16(clock, date);
}

function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(2 * values.length);
  values.forEach((value, i) => bytes.writeUInt16LE(value, 2 * i));
  return bytes;
}

function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}

function u64(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(8 * values.length);
  values.forEach((value, i) => bytes.writeBigUInt64LE(BigInt(value), 8 * i));
  return bytes;
}
