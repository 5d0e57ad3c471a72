/**
 * For how long an answer may be kept, in seconds: RFC 9111 §4.2.1, with every doubt counted as zero. `Age` has passed already.
 */
export function maxAgeSeconds(headers: Headers): number {
  const given = (headers.get('cache-control') ?? '')
    .split(',')
    .map((directive) => directive.trim().toLowerCase());
  if (given.some((one) => FORBIDDING.test(one))) return 0;
  const ages = given.filter((one) => one.startsWith('max-age')).map(secondsOf);
  if (ages.length === 0) return 0;
  const age = headers.get('age');
  const passed = age === null ? 0 : /^\d{1,9}$/.test(age) ? Number(age) : Infinity;
  return Math.max(0, Math.min(...ages) - passed);
}

const FORBIDDING = /^(?:no-store|no-cache)(?:=|$)/;

function secondsOf(directive: string): number {
  return Number(/^max-age=(\d{1,9})$/.exec(directive)?.[1] ?? 0);
}
