import { randomBytes } from 'node:crypto';

// One call of the generator for many ids, in hexadecimal: a call costs as much as a whole policy evaluation.
const POOL_BYTES = 4_096;
/** Hexadecimal digits of an id that are random: 12 bits, a digit for the variant, 60 bits. */
const DIGITS = 19;
const VARIANT = ['8', '9', 'a', 'b'];

let pool = '';
let used = 0;

/** A UUIDv7 (RFC 9562 §5.7): sortable by creation time, so that it indexes well and reads as a timeline. */
export function newId(nowMs: number): string {
  if (used + DIGITS > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    used = 0;
  }
  const at = used;
  used += DIGITS;
  const time = nowMs.toString(16).padStart(12, '0');
  const variant = VARIANT[Number.parseInt(pool.charAt(at + 3), 16) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${pool.slice(at, at + 3)}-${variant}${pool.slice(at + 4, at + 7)}-${pool.slice(at + 7, at + DIGITS)}`;
}
