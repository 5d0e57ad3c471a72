import { BadRequestError } from '../errors.js';

const MAX_DEPTH = 32;

/**
 * I-JSON (RFC 7493) as far as it protects us: an object at the top, unique member names, bounded depth, no `__proto__`.
 * Throws BadRequestError with a sentence that names the problem.
 */
export function parseStrictJson(text: string): Record<string, unknown> {
  if (text.trim() === '') throw new BadRequestError('the body is empty: a JSON object is required');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BadRequestError('the body is not valid JSON', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadRequestError('the body must be a JSON object');
  }
  // JSON.parse keeps the last of two equal names; counting names in the text tells that one was lost.
  if (countMembers(value, '', 1) !== countNames(text)) {
    throw new BadRequestError('the body has an object with duplicate member names');
  }
  return value as Record<string, unknown>;
}

function countMembers(value: object, path: string, depth: number): number {
  if (depth > MAX_DEPTH)
    throw new BadRequestError(`the body is nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) {
    let count = 0;
    for (const item of value as unknown[]) {
      if (typeof item === 'object' && item !== null) count += countMembers(item, path, depth + 1);
    }
    return count;
  }
  let count = 0;
  for (const name of Object.keys(value)) {
    const field = path === '' ? name : `${path}.${name}`;
    if (name === '__proto__')
      throw new BadRequestError(`${field} is not an allowed member name`, { field });
    const member = (value as Record<string, unknown>)[name];
    count += 1;
    if (typeof member === 'object' && member !== null)
      count += countMembers(member, field, depth + 1);
  }
  return count;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** The text is known to be valid JSON, so a colon outside of a string always follows a member name. */
function countNames(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COLON) count += 1;
    else if (code === QUOTE) at = endOfString(text, at + 1);
  }
  return count;
}

function endOfString(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}
