import { BadRequestError } from '../../platform/errors.js';

/**
 * Refuses what JSON.parse lets through and I-JSON (RFC 7493 §2.1, §2.2) does not: lone surrogates, and numbers beyond what a
 * double holds. Neither could be written to the log again. Throws BadRequestError naming the member.
 */
export function requireWellFormed(value: unknown, path = ''): void {
  switch (typeof value) {
    case 'string':
      if (LONE_SURROGATE.test(value)) refuse(path, 'has a lone surrogate');
      return;
    case 'number':
      if (!Number.isFinite(value)) refuse(path, 'is a number beyond the range of a double');
      return;
    case 'object':
      if (value !== null) requireMembers(value, path);
  }
}

// With the flag `u` a pair is one character, so that only a lone half matches.
const LONE_SURROGATE = /\p{Surrogate}/u;

function requireMembers(value: object, path: string): void {
  for (const [name, member] of Object.entries(value)) {
    const field = path === '' ? name : `${path}.${name}`;
    if (LONE_SURROGATE.test(name)) refuse(path, 'has a member name with a lone surrogate');
    requireWellFormed(member, field);
  }
}

function refuse(path: string, problem: string): never {
  const field = path === '' ? 'the body' : path;
  throw new BadRequestError(`${field} ${problem}`, path === '' ? {} : { field: path });
}
