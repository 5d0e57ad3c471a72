import { isUtf8 } from 'node:buffer';
import { BadRequestError } from '../errors.js';

const MAX_DEPTH = 32;

/** A body, and whether it may hold what RFC 7493 forbids and nobody can see from the outside. */
export interface StrictJson {
  readonly value: Record<string, unknown>;
  /** It has `\u` escapes or a number beyond a double: only such a body can have lone surrogates or infinities. */
  readonly mayBeIllFormed: boolean;
}

/**
 * I-JSON (RFC 7493) as far as it protects us: UTF-8, an object at the top, unique member names, bounded depth, no
 * `__proto__`. Throws BadRequestError with a sentence that names the problem.
 */
export function parseStrictJson(bytes: Buffer): StrictJson {
  // Read as text at once, bytes that are no UTF-8 would all become the same character, and two names one.
  if (!isUtf8(bytes)) throw new BadRequestError('the body is not UTF-8');
  const text = bytes.toString('utf8');
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadRequestError('the body must be a JSON object');
  }
  const seen: Seen = { members: 0, hasInfinity: false, path: [] };
  look(value, 1, seen);
  const { names, hasUnicodeEscape } = scan(bytes);
  // JSON.parse keeps the last of two equal names; counting names in the text tells that one was lost.
  if (seen.members !== names) {
    throw new BadRequestError('the body has an object with duplicate member names');
  }
  return {
    value: value as Record<string, unknown>,
    mayBeIllFormed: hasUnicodeEscape || seen.hasInfinity,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (text.trim() === '') {
      throw new BadRequestError('the body is empty: a JSON object is required');
    }
    throw new BadRequestError('the body is not valid JSON', { cause });
  }
}

interface Seen {
  members: number;
  hasInfinity: boolean;
  /** Names of the members that are being looked into. */
  readonly path: string[];
}

/** Counts members, and refuses what is too deep or called `__proto__`. */
function look(value: object, depth: number, seen: Seen): void {
  if (depth > MAX_DEPTH) {
    throw new BadRequestError(`the body is nested deeper than ${MAX_DEPTH} levels`);
  }
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) lookAt(item, depth, seen);
    return;
  }
  // A parsed object inherits nothing enumerable, and this walks its names without making a list of them.
  for (const name in value) {
    if (name === '__proto__') {
      const field = [...seen.path, name].join('.');
      throw new BadRequestError(`${field} is not an allowed member name`, { field });
    }
    seen.members += 1;
    seen.path.push(name);
    lookAt((value as Record<string, unknown>)[name], depth, seen);
    seen.path.pop();
  }
}

function lookAt(value: unknown, depth: number, seen: Seen): void {
  if (typeof value === 'object') {
    if (value !== null) look(value, depth + 1, seen);
  } else if (typeof value === 'number' && !Number.isFinite(value)) {
    seen.hasInfinity = true;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const LETTER_U = 0x75;

/**
 * Counts member names in bytes that are known to be valid JSON, where a colon outside of a string always follows a name.
 * Bytes, not characters: all that it looks for is ASCII, and UTF-8 puts no ASCII byte into another character.
 */
function scan(bytes: Buffer): { readonly names: number; readonly hasUnicodeEscape: boolean } {
  let names = 0;
  let hasUnicodeEscape = false;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) inString = !inString;
    else if (!inString) names += byte === COLON ? 1 : 0;
    else if (byte === BACKSLASH) {
      at += 1;
      if (bytes[at] === LETTER_U) hasUnicodeEscape = true;
    }
  }
  return { names, hasUnicodeEscape };
}
