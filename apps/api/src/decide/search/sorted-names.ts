import type { Pace } from './turns.js';

/** As many are sorted in one piece. */
const PIECE = 2_048;

/** Names in order of their UTF-16 code units, sorted in turns. What is repeated is in it as often. */
export async function sorted(names: Iterable<string>, pace: Pace): Promise<readonly string[]> {
  let runs: (readonly string[])[] = [];
  let piece: string[] = [];
  const finish = () => {
    runs.push(piece.sort());
    piece = [];
  };
  for (const name of names) {
    piece.push(name);
    if (piece.length < PIECE) continue;
    finish();
    if (pace.isOver()) await pace.rest();
  }
  finish();
  while (runs.length > 1) {
    const longer: (readonly string[])[] = [];
    for (let at = 0; at < runs.length; at += 2)
      longer.push(await merged(runs[at] ?? [], runs[at + 1] ?? [], pace));
    runs = longer;
  }
  return runs[0] ?? [];
}

/** Two sorted lists as one, without what is not kept of the first. */
export async function merged(
  first: readonly string[],
  second: readonly string[],
  pace: Pace,
  keep?: (name: string) => boolean,
): Promise<readonly string[]> {
  const all: string[] = [];
  let at = 0;
  for (const name of first) {
    if (all.length % PIECE === 0 && pace.isOver()) await pace.rest();
    if (keep?.(name) === false) continue;
    for (let next = second[at]; next !== undefined && next < name; next = second[++at])
      all.push(next);
    all.push(name);
  }
  for (; at < second.length; at += 1) all.push(second[at] ?? '');
  return all;
}

/** Where the names above one begin in a sorted list. */
export function placeAfter(names: readonly string[], after: string | undefined): number {
  if (after === undefined) return 0;
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((names[middle] ?? '') <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
