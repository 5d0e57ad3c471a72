import type { JsonObject } from '@sallyport/contracts';
import { BadRequestError } from '../../platform/errors.js';

export type Body = Readonly<Record<string, unknown>>;

// One function for each kind of member. What AuthZEN allows to be left out may also be null. `path` is for the message alone.
// All of them throw BadRequestError.

export function refuse(field: string, problem: string): never {
  throw new BadRequestError(`${field}: ${problem}`, { field });
}

/** A required string of 1 to `max` UTF-16 code units. */
export function readText(value: unknown, path: string, max: number): string {
  if (typeof value !== 'string') refuse(path, required(value, 'must be a string'));
  if (value === '') refuse(path, 'must not be empty');
  if (value.length > max) refuse(path, `must have at most ${max} characters`);
  return value;
}

export function readObject(value: unknown, path: string): Body {
  return isObject(value) ? value : refuse(path, required(value, 'must be an object'));
}

/** The parser made it: whatever is in there is JSON. */
export function readOptionalObject(value: unknown, path: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  return isObject(value) ? (value as JsonObject) : refuse(path, 'must be an object');
}

export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function required(value: unknown, otherwise: string): string {
  return value === undefined ? 'is required' : otherwise;
}
