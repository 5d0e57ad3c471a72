const BIND = 'B'.charCodeAt(0);
const BINARY = 1;
const TEXT = 0;
const ONE_FOR_ALL = 1;
/** Larger values are handed on as they are; smaller ones are cheaper copied than written apart. */
const COPY_BELOW = 1_024;

/**
 * The message that binds these values, all in binary form, to a prepared statement and asks for text in return, in the
 * parts to be written one after another. PostgreSQL documentation, "Message Formats", Bind.
 */
export function bindMessage(statement: string, values: readonly Buffer[]): Buffer[] {
  const parts: Buffer[] = [];
  let small = [
    Buffer.from(`\0${statement}\0`),
    int16(ONE_FOR_ALL),
    int16(BINARY),
    int16(values.length),
  ];
  for (const value of values) {
    small.push(int32(value.length));
    if (value.length < COPY_BELOW) {
      small.push(value);
      continue;
    }
    parts.push(Buffer.concat(small), value);
    small = [];
  }
  parts.push(Buffer.concat([...small, int16(ONE_FOR_ALL), int16(TEXT)]));
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  return [Buffer.concat([Buffer.of(BIND), int32(length)]), ...parts];
}

/** A 16-bit integer as PostgreSQL sends it. */
export function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return bytes;
}

/** A 32-bit integer (`int`) in binary form. */
export function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** A 64-bit integer (`bigint`) in binary form. */
export function int64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
