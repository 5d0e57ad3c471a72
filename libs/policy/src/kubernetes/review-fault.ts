import { isAbsent } from './shape.js';

const MAX_TEXT = 1_024;

/** A review that cannot be judged: the member that is wrong, and what is wrong with it. */
export class ReviewFault extends Error {
  override readonly name = 'ReviewFault';

  constructor(
    readonly field: string,
    problem: string,
  ) {
    super(`${field} ${problem}`);
  }
}

/** A short text; absent is empty, as in Go. Throws ReviewFault. */
export function readTextMember(value: unknown, path: string): string {
  if (isAbsent(value)) return '';
  if (typeof value !== 'string') throw new ReviewFault(path, 'must be a text');
  if (value.length > MAX_TEXT)
    throw new ReviewFault(path, `must have at most ${String(MAX_TEXT)} characters`);
  return value;
}
