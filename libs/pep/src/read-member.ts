import type { JsonObject } from '@sallyport/contracts';
import { AnswerMalformedError } from './errors.js';

/** What is in there came from a JSON parser. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws AnswerMalformedError. */
export function objectIn(value: unknown, what: string): JsonObject {
  if (isObject(value)) return value;
  throw new AnswerMalformedError(`${what} is not an object`);
}

export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
