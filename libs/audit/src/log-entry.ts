import { equalBytes, utf8Decode, utf8Encode } from './bytes.js';
import { canonicalJson, CanonicalJsonError, canonicalJsonText } from './canonical-json.js';
import { MAX_ENTRY_BYTES } from './entry-bundle.js';

/** One entry of the log as JSON: an object. */
export type LogEntryObject = Readonly<Record<string, unknown>>;

/** The entry would not fit: log a digest of the large part instead. */
export class EntryTooLargeError extends Error {
  override readonly name = 'EntryTooLargeError';

  constructor(readonly bytes: number) {
    super(
      `a log entry has at most ${String(MAX_ENTRY_BYTES)} bytes, this one has ${String(bytes)}`,
    );
  }
}

/** Bytes that are not the canonical form of one JSON object. */
export class EntryFormatError extends Error {
  override readonly name = 'EntryFormatError';
}

/**
 * The bytes that are hashed and stored: canonical JSON of an object. Throws EntryTooLargeError above MAX_ENTRY_BYTES and
 * CanonicalJsonError for values that JSON does not have.
 */
export function encodeEntry(entry: LogEntryObject): Uint8Array {
  const bytes = utf8Encode(entryText(entry));
  if (bytes.length > MAX_ENTRY_BYTES) throw new EntryTooLargeError(bytes.length);
  return bytes;
}

/**
 * The same bytes as the string that they are the UTF-8 of, for a log that writes them where they belong. Of any length: the
 * log that takes it looks at that. Throws CanonicalJsonError like `encodeEntry`.
 */
export function entryText(entry: LogEntryObject): string {
  if (!isObject(entry)) throw new EntryFormatError('a log entry is one JSON object');
  return canonicalJsonText(entry);
}

/**
 * Reads an entry back. Throws EntryFormatError unless the bytes are exactly what `encodeEntry` writes for the result:
 * no second key of the same name, no other spelling of a number, so that two readers never see different entries.
 */
export function decodeEntry(bytes: Uint8Array): LogEntryObject {
  if (bytes.length > MAX_ENTRY_BYTES) throw new EntryTooLargeError(bytes.length);
  const value = parse(bytes);
  if (!isObject(value)) throw new EntryFormatError('a log entry is one JSON object');
  if (!isCanonical(value, bytes)) throw new EntryFormatError('the entry is not canonical JSON');
  return value;
}

function parse(bytes: Uint8Array): unknown {
  const text = utf8Decode(bytes);
  if (text === undefined) throw new EntryFormatError('the entry is not UTF-8');
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new EntryFormatError('the entry is not JSON', { cause });
  }
}

function isCanonical(value: unknown, bytes: Uint8Array): boolean {
  try {
    return equalBytes(canonicalJson(value), bytes);
  } catch (error) {
    if (error instanceof CanonicalJsonError) return false;
    throw error;
  }
}

function isObject(value: unknown): value is LogEntryObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
