/**
 * Compares dotted version numbers by number, so 10.9 < 10.10; missing parts count as 0 and what follows a space is ignored
 * ("14.6.1 (23G93)"). Negative, zero or positive as for sorting; undefined when either is not of that form.
 */
export function compareVersions(a: string, b: string): number | undefined {
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (left === undefined || right === undefined) return undefined;
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const DOTTED = /^\d{1,9}(?:\.\d{1,9}){0,7}(?= |$)/;

function parseVersion(text: string): readonly number[] | undefined {
  return DOTTED.exec(text)?.[0].split('.').map(Number);
}
