import { PolicyFault } from './fault.js';
import type { Long } from './value.js';

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

/** An integer of JSON or of a text as a long; undefined where 64 bits don't hold it. */
export function toLong(integer: number | bigint): Long | undefined {
  if (Number.isSafeInteger(integer)) return Number(integer) + 0;
  if (typeof integer === 'number' && !Number.isInteger(integer)) return undefined;
  const big = BigInt(integer);
  if (big < MIN || big > MAX) return undefined;
  const near = Number(big);
  return Number.isSafeInteger(near) ? near : big;
}

/** The number that decimal digits write; undefined beyond 20 significant ones, which no 64 bits hold. */
export function digits(text: string): bigint | undefined {
  const significant = text.replace(/^0+/, '');
  return significant.length > 20 ? undefined : BigInt(significant);
}

export function add(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return checked(BigInt(a) + BigInt(b));
}

export function subtract(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return checked(BigInt(a) - BigInt(b));
}

export function multiply(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // A product that is beyond 2^53 can't be rounded to within. `+ 0`: Cedar has no negative zero.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return checked(BigInt(a) * BigInt(b));
}

export function negate(a: Long): Long {
  return typeof a === 'number' ? 0 - a : checked(-a);
}

/** Quotient rounded towards zero. */
export function divide(a: Long, b: number): Long {
  if (typeof a === 'number') return (a - (a % b)) / b + 0;
  return checked(a / BigInt(b));
}

/** Remainder that is never negative. */
export function modulo(a: Long, b: number): number {
  if (typeof a === 'number') return ((a % b) + b) % b;
  const divisor = BigInt(b);
  return Number(((a % divisor) + divisor) % divisor);
}

function checked(exact: bigint): Long {
  const long = toLong(exact);
  if (long === undefined) throw new PolicyFault('integer overflow');
  return long;
}
