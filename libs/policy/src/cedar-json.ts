import type { EntityRef, Json, JsonObject } from '@sallyport/contracts';
import { escapeKey } from './key-names.js';

/** What a client's or a register's JSON holds deeper than this is absent. */
export const MAX_JSON_DEPTH = 32;

/**
 * A client's JSON as Cedar can hold it (design §10): null, fractions, integers beyond ±2^53, text that is not Unicode and what is nested deeper than
 * 32 levels are absent, never an error; `__entity`, `__extn` and `__expr` are plain names. Undefined where nothing is left.
 */
export function plainCedarJson(value: Json | undefined): Json | undefined {
  return convert(value, 0, false);
}

/** Stored attributes in Cedar's entity JSON: escapes stay escapes; the rest as in `plainCedarJson`. */
export function storedCedarJson(attributes: JsonObject): JsonObject {
  return members(attributes, 0, true);
}

/** `plainCedarJson` of an object. */
export function plainCedarRecord(record: JsonObject | undefined): JsonObject {
  return members(record ?? {}, 0, false);
}

/** False for text that no UTF-8 can carry. */
export function isUnicode(text: string): boolean {
  // Of ES2024, and in every runtime that is supported; much faster than a regular expression, and asked for every text of a decision.
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

/** False for an entity whose name no UTF-8 can carry. */
export function isUnicodeRef({ type, id }: EntityRef): boolean {
  return isUnicode(type) && isUnicode(id);
}

function convert(value: Json | undefined, depth: number, hasEscapes: boolean): Json | undefined {
  if (depth > MAX_JSON_DEPTH || value === null || value === undefined) return undefined;
  if (typeof value === 'boolean') return value;
  // Cedar has no negative zero.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : undefined;
  if (typeof value === 'string') return isUnicode(value) ? value : undefined;
  if (isList(value))
    return value
      .map((item) => convert(item, depth + 1, hasEscapes))
      .filter((item) => item !== undefined);
  if (hasEscapes && escapeIn(value) !== undefined) return value;
  return members(value, depth, hasEscapes);
}

function members(record: JsonObject, depth: number, hasEscapes: boolean): JsonObject {
  const kept: [string, Json][] = [];
  for (const [key, member] of Object.entries(record)) {
    const converted = isUnicode(key) ? convert(member, depth + 1, hasEscapes) : undefined;
    if (converted !== undefined) kept.push([escapeKey(key), converted]);
  }
  // INVARIANT: fromEntries defines own members, so a key `__proto__` is a key like any other.
  return Object.fromEntries(kept);
}

/** The escape that an object is: only what Cedar itself takes for one; a malformed one is a record like any other, to Cedar too. */
export function escapeIn(value: JsonObject): '__entity' | '__extn' | undefined {
  const [key, ...others] = Object.keys(value);
  if (others.length > 0) return undefined;
  if (key === '__entity') return holdsTexts(value[key], ['type', 'id']) ? key : undefined;
  return key === '__extn' && holdsTexts(value[key], ['fn', 'arg']) ? key : undefined;
}

function holdsTexts(value: Json | undefined, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== names.length)
    return false;
  const texts = names.map((name) => (value as JsonObject)[name]);
  return texts.every((text) => typeof text === 'string' && isUnicode(text));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
