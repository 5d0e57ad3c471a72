import { BadRequestError } from '../platform/errors.js';

const PREFIX = 'entry:';

/** A page ends before this index; opaque to clients. */
export function cursorOf(index: number): string {
  return Buffer.from(`${PREFIX}${String(index)}`).toString('base64url');
}

/** Reads what `cursorOf` wrote. Throws BadRequestError for anything else. */
export function readCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const index = Number(text.slice(PREFIX.length));
  if (
    !text.startsWith(PREFIX) ||
    !(Number.isSafeInteger(index) && index >= 0) ||
    cursorOf(index) !== cursor
  ) {
    throw new BadRequestError('after: is not a cursor of this list', { field: 'after' });
  }
  return index;
}
