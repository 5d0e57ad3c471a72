import type { z } from 'zod';
import type { Json, JsonObject } from '../decision.js';
import { unescapeTypeName } from './entity-type.js';
import { plainReference, Refusal, written } from './fields.js';
import { isObject } from './json-value.js';

const MAX_DEPTH = 32;
const EXTENSIONS = new Set(['ip', 'decimal', 'datetime', 'duration']);

/** Attributes in Cedar's entity JSON; entity types inside of `__entity` come out in AuthZEN's words. What Cedar can't hold is refused with its place. */
export const cedarAttributes: z.ZodType<JsonObject> = written((value) => {
  if (!isObject(value)) return new Refusal('Must be an object.');
  const attributes = members(value, [], 0);
  return attributes;
});

type Path = readonly PropertyKey[];

function attribute(value: unknown, path: Path, depth: number): Json | Refusal {
  if (depth > MAX_DEPTH)
    return new Refusal(`Nested deeper than ${String(MAX_DEPTH)} levels.`, path);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string')
    return loneSurrogate.test(value) ? new Refusal('Not valid Unicode.', path) : value;
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? value : new Refusal(notANumber, path);
  if (Array.isArray(value)) return list(value, path, depth);
  if (!isObject(value)) return new Refusal('Cedar knows no null; leave the attribute out.', path);
  return escapeOf(value, path) ?? members(value, path, depth);
}

const loneSurrogate = /\p{Surrogate}/u;
const notANumber =
  'Cedar knows whole numbers within ±2^53 only; use {"__extn": {"fn": "decimal", "arg": "1.5"}} for others.';

function list(values: readonly unknown[], path: Path, depth: number): Json | Refusal {
  const items: Json[] = [];
  for (const [index, value] of values.entries()) {
    const item = attribute(value, [...path, index], depth + 1);
    if (item instanceof Refusal) return item;
    items.push(item);
  }
  return items;
}

function members(value: Record<string, unknown>, path: Path, depth: number): JsonObject | Refusal {
  const entries: [string, Json][] = [];
  for (const [key, member] of Object.entries(value)) {
    const at = [...path, key];
    if (loneSurrogate.test(key)) return new Refusal('Not valid Unicode.', at);
    const read = attribute(member, at, depth + 1);
    if (read instanceof Refusal) return read;
    entries.push([key, read]);
  }
  return Object.fromEntries(entries);
}

/** Cedar's JSON has escapes in objects of one member; in a tenant's files such an object is always meant as one. */
function escapeOf(value: Record<string, unknown>, path: Path): JsonObject | Refusal | undefined {
  const [key, ...others] = Object.keys(value);
  if (others.length > 0 || (key !== '__entity' && key !== '__extn' && key !== '__expr'))
    return undefined;
  if (key === '__entity') return entityEscape(value[key], path);
  return key === '__extn'
    ? extensionEscape(value[key], path)
    : new Refusal('Cedar no longer knows "__expr".', path);
}

function entityEscape(value: unknown, path: Path): JsonObject | Refusal {
  const ref = plainReference(value);
  if (ref === undefined) return new Refusal('"__entity" must be {"type": …, "id": …}.', path);
  return { __entity: { type: unescapeTypeName(ref.type), id: ref.id } };
}

function extensionEscape(value: unknown, path: Path): JsonObject | Refusal {
  const { fn, arg, ...others } = isObject(value) ? value : {};
  const isKnown = typeof fn === 'string' && EXTENSIONS.has(fn) && typeof arg === 'string';
  if (!isKnown || Object.keys(others).length > 0) {
    return new Refusal(
      '"__extn" must be {"fn": "ip" | "decimal" | "datetime" | "duration", "arg": "…"}.',
      path,
    );
  }
  return { __extn: { fn, arg } };
}
