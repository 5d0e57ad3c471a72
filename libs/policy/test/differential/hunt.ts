import { referenceVerdicts } from './cedar-wasm.js';
import { differenceOf } from './compare.js';
import type { compiledVerdicts } from './compiled.js';
import { generateRound, QUESTIONS } from './generate.js';
import type { Verdict } from './round.js';

/** A copy of the compiled engine, sound or not: `engine` is the address of its `compiled.js`. */
export interface Suspect {
  readonly name: string;
  readonly engine: string;
}

export interface Hunt {
  readonly seed: number;
  readonly rounds: number;
  readonly suspects: readonly Suspect[];
}

/** How many cases each suspect was judged by, and whether one of them told it from the reference. */
export interface HuntResult {
  readonly name: string;
  readonly cases: number;
  readonly isCaught: boolean;
}

/**
 * Puts one round after another to all suspects that are not caught yet, until nobody is left but the first, which is expected to be sound. `report` hears
 * of each that is caught, at once, and of the others at the end.
 */
export async function hunt(
  { seed, rounds, suspects }: Hunt,
  report: (result: HuntResult) => void,
): Promise<void> {
  const judges = await Promise.all(
    suspects.map(async ({ engine }) => {
      const module = (await import(engine)) as { compiledVerdicts: typeof compiledVerdicts };
      return module.compiledVerdicts;
    }),
  );
  const free = new Set(suspects.keys());
  let cases = 0;
  for (let index = 0; index < rounds && !(free.size === 1 && free.has(0)); index++) {
    const round = generateRound(seed, index);
    const reference = referenceVerdicts(round);
    cases += QUESTIONS;
    for (const at of free) {
      const verdicts = judges[at]?.(round, 'scope') ?? [];
      if (reference.every((expected, asked) => agrees(expected, verdicts[asked]))) continue;
      free.delete(at);
      report({ name: suspects[at]?.name ?? '', cases, isCaught: true });
    }
  }
  for (const at of free) report({ name: suspects[at]?.name ?? '', cases, isCaught: false });
}

function agrees(reference: Verdict, verdict: Verdict | undefined): boolean {
  return verdict !== undefined && differenceOf(reference, verdict) === undefined;
}
