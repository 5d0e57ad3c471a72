import { randomBytes } from 'node:crypto';

// One call of the generator for many ids, in hexadecimal: a call costs as much as a whole policy evaluation.
const POOL_BYTES = 4_096;
/** Hexadecimal digits of an id that are random: 12 bits, a digit for the variant, 60 bits. */
const DIGITS = 19;
const HEX = '0123456789abcdef';
const VARIANTS = '89ab';

let pool = '';
let used = 0;
// Ids of one millisecond begin alike, and there are dozens of them.
let lastMs = Number.NaN;
let beginning = '';

/** A UUIDv7 (RFC 9562 §5.7): sortable by creation time, so that it indexes well and reads as a timeline. */
export function newId(nowMs: number): string {
  if (nowMs !== lastMs) {
    const time = nowMs.toString(16).padStart(12, '0');
    beginning = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    lastMs = nowMs;
  }
  if (used + DIGITS > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    used = 0;
  }
  const at = used;
  used += DIGITS;
  const variant = VARIANTS.charAt(HEX.indexOf(pool.charAt(at + 3)) & 3);
  return `${beginning}${pool.slice(at, at + 3)}-${variant}${pool.slice(at + 4, at + 7)}-${pool.slice(at + 7, at + DIGITS)}`;
}
