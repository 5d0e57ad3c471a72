import type { z } from 'zod';
import type { Json, JsonObject } from '../decision.js';
import { Refusal, written } from './fields.js';

const MAX_DEPTH = 32;

/** A JSON object as it stands, nested at most 32 deep, without `__proto__`. */
export const jsonObject: z.ZodType<JsonObject> = written((value) => {
  if (!isObject(value)) return new Refusal('Must be an object.');
  return firstRefusal(value, [], 0) ?? (value as JsonObject);
});

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstRefusal(
  value: unknown,
  path: readonly PropertyKey[],
  depth: number,
): Refusal | undefined {
  if (depth > MAX_DEPTH)
    return new Refusal(`Nested deeper than ${String(MAX_DEPTH)} levels.`, path);
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [key, member] of Object.entries(value as Record<string, Json>)) {
    const at = [...path, isList ? Number(key) : key];
    if (key === '__proto__') return new Refusal('"__proto__" can\'t be a key.', at);
    const refusal = firstRefusal(member, at, depth + 1);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
