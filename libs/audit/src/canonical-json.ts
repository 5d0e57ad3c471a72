import { isWellFormed, utf8Encode } from './bytes.js';

export type CanonicalJsonErrorCode =
  'lone-surrogate' | 'non-finite-number' | 'unsupported-type' | 'cycle' | 'too-deep';

/** A value that RFC 8785 gives no bytes to. `path` says where, as in `$.subject.properties[2]`. */
export class CanonicalJsonError extends Error {
  override readonly name = 'CanonicalJsonError';

  constructor(
    readonly code: CanonicalJsonErrorCode,
    readonly path: string,
  ) {
    super(`cannot write canonical JSON: ${code} at ${path}`);
  }
}

/** How deep arrays and objects may nest. */
export const MAX_JSON_DEPTH = 64;

/**
 * The one sequence of bytes that stands for this JSON value: RFC 8785 (JCS). Takes null, booleans, finite numbers,
 * well-formed strings, arrays and plain objects. Everything else throws CanonicalJsonError, `undefined` included,
 * because a logged value must not lose a member silently.
 */
export function canonicalJson(value: unknown): Uint8Array {
  return utf8Encode(canonicalJsonText(value));
}

/** The same as a string, whose UTF-8 the bytes are. Takes and throws what `canonicalJson` does. */
export function canonicalJsonText(value: unknown): string {
  return write(value, { path: [], containers: [] });
}

// Printable ASCII without the quote and the backslash: most strings, and every entry is written while someone waits.
const NEEDS_NO_ESCAPE = /^[ !#-[\]-~]*$/;
const FEW_NAMES = 16;

interface Place {
  readonly path: (string | number)[];
  readonly containers: object[];
}

function write(value: unknown, place: Place): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, place);
    case 'number':
      if (!Number.isFinite(value)) throw failure('non-finite-number', place);
      // ECMAScript's own number-to-string is the format that RFC 8785 §3.2.2.3 prescribes; −0 becomes 0.
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : writeContainer(value, place);
    default:
      throw failure('unsupported-type', place);
  }
}

function writeString(text: string, place: Place): string {
  if (NEEDS_NO_ESCAPE.test(text)) return `"${text}"`;
  // JSON.stringify would escape a lone surrogate, which RFC 8785 §3.2.2.2 forbids.
  if (!isWellFormed(text)) throw failure('lone-surrogate', place);
  return JSON.stringify(text);
}

function writeContainer(value: object, place: Place): string {
  if (place.containers.includes(value)) throw failure('cycle', place);
  if (place.containers.length === MAX_JSON_DEPTH) throw failure('too-deep', place);
  place.containers.push(value);
  const text = Array.isArray(value) ? writeArray(value, place) : writeObject(value, place);
  place.containers.pop();
  return text;
}

function writeArray(items: readonly unknown[], place: Place): string {
  let text = '[';
  for (let i = 0; i < items.length; i += 1) {
    place.path.push(i);
    text += (i === 0 ? '' : ',') + write(items[i], place);
    place.path.pop();
  }
  return `${text}]`;
}

function writeObject(object: object, place: Place): string {
  if (!isPlain(object)) throw failure('unsupported-type', place);
  let text = '{';
  for (const key of sortByCodeUnits(Object.keys(object))) {
    place.path.push(key);
    text += `${text.length === 1 ? '' : ','}${writeString(key, place)}:`;
    text += write((object as Readonly<Record<string, unknown>>)[key], place);
    place.path.pop();
  }
  return `${text}}`;
}

/** RFC 8785 §3.2.3. In place; a handful of names is the rule, and for those the built-in sort costs twice as much. */
function sortByCodeUnits(names: string[]): string[] {
  if (names.length > FEW_NAMES) return names.sort();
  for (let i = 1; i < names.length; i += 1) {
    const name = names[i] ?? '';
    let to = i;
    for (
      let before = names[to - 1];
      before !== undefined && before > name;
      before = names[to - 1]
    ) {
      names[to] = before;
      to -= 1;
    }
    names[to] = name;
  }
  return names;
}

/** Dates, maps and class instances are refused: what they mean as JSON is for the caller to say. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The prototype of a plain object is the top of its chain, also when the object comes from another realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function failure(code: CanonicalJsonErrorCode, place: Place): CanonicalJsonError {
  const path = place.path.map((part) =>
    typeof part === 'number' ? `[${String(part)}]` : `.${part}`,
  );
  return new CanonicalJsonError(code, `$${path.join('')}`);
}
