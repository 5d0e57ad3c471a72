import { AnswerMalformedError } from '../errors.js';
import { objectIn, textIn } from '../read-member.js';

/** AuthZEN §8.4: one page of a search. */
export interface Page<T> {
  readonly results: readonly T[];
  /** Undefined at the end. */
  readonly nextToken: string | undefined;
}

/** Throws AnswerMalformedError. `read` throws it for a result that is none. */
export function readPage<T>(json: unknown, read: (result: unknown) => T): Page<T> {
  const body = objectIn(json, 'the answer');
  const { results } = body;
  if (!Array.isArray(results)) throw new AnswerMalformedError('results is not an array');
  const page = body['page'];
  const nextToken =
    page === undefined || page === null ? undefined : objectIn(page, 'page')['next_token'];
  return { results: (results as readonly unknown[]).map(read), nextToken: textIn(nextToken) };
}
