import type { Json } from '@sallyport/contracts';

// Printable ASCII without the quote and the backslash: what nearly every string is.
const NEEDS_NO_ESCAPE = /^[ !#-[\]-~]*$/;
// With the flag `u` a pair is one character, so that only a lone half matches.
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * What stands between the quotes of a string in canonical JSON (RFC 8785 §3.2.2.2): nearly always the string itself, which
 * leaves less to put together than a quoted one. Throws RangeError for a lone surrogate, which has no such form.
 */
export function escaped(text: string): string {
  if (NEEDS_NO_ESCAPE.test(text)) return text;
  if (LONE_SURROGATE.test(text)) throw new RangeError('a lone surrogate cannot be logged');
  return JSON.stringify(text).slice(1, -1);
}

/** A string as canonical JSON. Throws like `escaped`. */
export function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** The same text in one piece: one that was put together is walked through whenever it becomes part of another. */
export function inOnePiece(text: string): string {
  return Buffer.from(text).toString();
}

/** A list as canonical JSON, of items that `write` writes. */
export function listed<T>(items: readonly T[], write: (item: T) => string): string {
  if (items.length === 0) return '[]';
  let text = `[${write(items[0] as T)}`;
  for (let at = 1; at < items.length; at += 1) text += `,${write(items[at] as T)}`;
  return `${text}]`;
}

/**
 * Parsed JSON as canonical JSON (RFC 8785), in one string. What libs/audit writes for the same value, without its watch for
 * cycles, depth and classes: the parser made this value. Throws RangeError for what JSON does not have.
 */
export function canonicalText(value: Json): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value))
        throw new RangeError('a number beyond a double cannot be logged');
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value)
        ? listed(value as readonly Json[], canonicalText)
        : canonicalObject(value as { readonly [name: string]: Json });
    default:
      throw new RangeError(`a ${typeof value} cannot be logged`);
  }
}

function canonicalObject(object: { readonly [name: string]: Json }): string {
  let text = '';
  // RFC 8785 §3.2.3: by UTF-16 code units, which is how strings sort by default.
  for (const name of Object.keys(object).sort()) {
    const value = object[name] as Json;
    const before = text === '' ? '{"' : ',"';
    text +=
      typeof value === 'string'
        ? `${before}${escaped(name)}":"${escaped(value)}"`
        : `${before}${escaped(name)}":${canonicalText(value)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}
