import type { Rng } from './rng.js';
import type { CedarJson } from './round.js';

const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;

const STRINGS = ['', 'a', 'b', 'ab', 'aba', 'abab', 'A', '*', 'a*b', '\\', '\\*', 'é', 'e\u0301'];
const ODD_STRINGS = [
  '𝒳',
  '日本',
  '\u0000',
  '"',
  "'",
  'a b',
  '__proto__',
  '\n',
  '1',
  'true',
  '\ufeff',
];
const SMALL_LONGS = [-3, -2, -1, 0, 0, 1, 1, 2, 2, 3, 4, 10];
const EDGE_LONGS = [
  2 ** 31,
  -(2 ** 31),
  3_037_000_500,
  2 ** 53 - 1,
  2 ** 53 - 2,
  -(2 ** 53 - 1),
  86_400_000,
];
const HUGE_LONGS = [
  I64_MAX,
  -I64_MAX,
  I64_MIN,
  I64_MAX - 1n,
  2n ** 62n,
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  10n ** 18n,
];

const ATTRIBUTES = ['a', 'b', 'c', 'd', 'n', 'level'];
/** Names that trip a careless implementation in JavaScript or in Cedar's grammar. */
export const ODD_ATTRIBUTES = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'length',
  '',
  'é',
  '𝒳',
  'a b',
  'a.b',
  'if',
  'in',
  'principal',
  '0',
  '"',
  '\\',
  '*',
];

export function stringLiteral(rng: Rng): string {
  return rng.chance(0.8) ? rng.pick(STRINGS) : rng.pick(ODD_STRINGS);
}

/** `isHuge`: integers that a double would round may appear too. */
export function longLiteral(rng: Rng, isHuge: boolean): number | bigint {
  if (rng.chance(isHuge ? 0.5 : 0.75)) return rng.pick(SMALL_LONGS);
  return isHuge && rng.chance(0.6) ? rng.pick(HUGE_LONGS) : rng.pick(EDGE_LONGS);
}

/** An integer as JSON has it where a double holds it, else as a bigint. */
export function jsonInteger(integer: bigint): number | bigint {
  const near = Number(integer);
  return Number.isSafeInteger(near) ? near : integer;
}

export function attributeName(rng: Rng): string {
  return rng.chance(0.8) ? rng.pick(ATTRIBUTES) : rng.pick(ODD_ATTRIBUTES);
}

/** Adjacent wildcards, adjacent literals and literal asterisks included: made from a text, so that it often matches one. */
export function likePattern(rng: Rng): CedarJson[] {
  const pattern: CedarJson[] = [];
  for (const character of stringLiteral(rng)) {
    if (rng.chance(0.2)) pattern.push('Wildcard');
    if (rng.chance(0.75)) pattern.push({ Literal: character });
  }
  if (rng.chance(0.4)) pattern.push('Wildcard');
  if (rng.chance(0.1)) pattern.push({ Literal: rng.pick(['*', 'ab', '\\', 'a*']) });
  if (rng.chance(0.1)) pattern.unshift('Wildcard');
  return pattern;
}

/** Parts of a text with wildcards between them: they may overlap, or stand in another order. */
export function patternOfParts(rng: Rng, text: string): CedarJson[] {
  const characters = [...text];
  const part = () => {
    const start = rng.below(characters.length + 1);
    return { Literal: characters.slice(start, start + rng.below(4)).join('') };
  };
  const pattern: CedarJson[] = [part()];
  for (let wildcards = rng.between(1, 3); wildcards > 0; wildcards--)
    pattern.push('Wildcard', part());
  if (rng.chance(0.3)) pattern[0] = { Literal: characters.slice(0, rng.below(3)).join('') };
  if (rng.chance(0.5)) pattern.push({ Literal: characters.slice(-1).join('') });
  return pattern;
}

/** An integer where doubles end, or longs do. */
export function borderLong(rng: Rng): number | bigint {
  const border = rng.pick([2n ** 53n, -(2n ** 53n), I64_MAX, I64_MIN]);
  const near = border + BigInt(rng.between(-3, 3));
  return jsonInteger(BigInt.asIntN(64, near) === near ? near : border);
}
