import { type Counts, Coverage } from './coverage.js';
import { type Difference, differenceOf } from './compare.js';
import { referenceVerdicts } from './cedar-wasm.js';
import { compiledVerdicts, INDEXES, type IndexKind } from './compiled.js';
import { generateRound, QUESTIONS } from './generate.js';
import { type Round, roundToText, type Verdict } from './round.js';
import { shrink } from './shrink.js';

export interface Job {
  readonly seed: number;
  /** The first round's number, and how many there are. */
  readonly first: number;
  readonly rounds: number;
}

export interface Disagreement {
  readonly index: number;
  readonly engine: IndexKind;
  readonly difference: Difference;
  readonly reference: Verdict;
  readonly verdict: Verdict;
  /** The smallest round that shows it, as a regression file's text. */
  readonly round: string;
}

export interface JobReport {
  readonly cases: number;
  readonly agreed: number;
  readonly counts: Counts;
  readonly disagreements: readonly Disagreement[];
}

/** Shrinking takes seconds, and a hundred symptoms of one defect say no more than a few. */
const MAX_SHRUNK = 3;

/** Judges rounds with the reference and, by index and by linear scan, with the compiled engine. */
export function runRounds({ seed, first, rounds }: Job): JobReport {
  const coverage = new Coverage();
  const disagreements: Disagreement[] = [];
  let agreed = 0;
  for (let index = first; index < first + rounds; index++) {
    const round = generateRound(seed, index);
    const reference = referenceVerdicts(round);
    coverage.add(round, reference);
    const found = disagreementsIn(round, reference);
    agreed += QUESTIONS - new Set(found.map(({ question }) => question)).size;
    const [worst] = found;
    if (worst !== undefined && disagreements.length < MAX_SHRUNK)
      disagreements.push({ index, ...smallest(round, worst) });
  }
  return { cases: rounds * QUESTIONS, agreed, counts: coverage.counts, disagreements };
}

interface Finding {
  readonly question: number;
  readonly engine: IndexKind;
  readonly difference: Difference;
  readonly reference: Verdict;
  readonly verdict: Verdict;
}

/** Where the compiled engine does not say what the reference says. */
export function disagreementsIn(round: Round, reference = referenceVerdicts(round)): Finding[] {
  return INDEXES.flatMap((engine) => {
    const verdicts = compiledVerdicts(round, engine);
    return reference.flatMap((expected, question) => {
      const verdict = verdicts[question] ?? { failure: 'no verdict' };
      const difference = differenceOf(expected, verdict);
      if (difference === undefined) return [];
      return [{ question, engine, difference, reference: expected, verdict }];
    });
  });
}

function smallest(round: Round, { question, engine, difference, reference, verdict }: Finding) {
  const asked = round.questions[question];
  const alone = asked === undefined ? round : { ...round, questions: [asked] };
  const isSame = (candidate: Round) =>
    disagreementsIn(candidate).some(
      (found) => found.engine === engine && found.difference === difference,
    );
  // Alone, the question may not show it (what an earlier one left behind): then the round stays whole.
  const shrunk = isSame(alone) ? shrink(alone, isSame) : round;
  const [shown] = shrunk === round ? [] : disagreementsIn(shrunk);
  return {
    engine,
    difference,
    reference: shown?.reference ?? reference,
    verdict: shown?.verdict ?? verdict,
    round: roundToText(shrunk),
  };
}
