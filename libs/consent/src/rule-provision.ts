import type { ConsentCriteria, ConsentException, ConsentRuling } from './consent-directive.js';
import type { ConsentQuery } from './consent-query.js';
import { matchCriteria } from './match-criteria.js';
import type { UndecidedReason } from './match-criteria.js';

/** The strictest and the most lenient ruling that what is unknown leaves possible; decided when they are one. */
export interface Ruling {
  readonly strictest: ConsentRuling;
  readonly mostLenient: ConsentRuling;
  readonly undecided: readonly UndecidedReason[];
}

/**
 * What a provision that speaks rules under its exceptions: an exception that speaks replaces the ruling, and where several do
 * and disagree, deny wins.
 */
export function ruleProvision(
  base: ConsentRuling,
  exceptions: readonly ConsentException[],
  query: ConsentQuery,
): Ruling {
  if (exceptions.length === 0) return { strictest: base, mostLenient: base, undecided: [] };
  const spoken: Ruling[] = [];
  const possible: Ruling[] = [];
  const undecided: UndecidedReason[] = [];
  for (const exception of exceptions) {
    if (!isInPeriod(exception, query.nowMs)) continue;
    const match = matchCriteria(exception, exception.decision, query);
    if (match.verdict === 'no') continue;
    const ruling = ruleProvision(exception.decision, exception.exceptions, query);
    undecided.push(...match.undecided, ...ruling.undecided);
    (match.verdict === 'yes' ? spoken : possible).push(ruling);
  }
  const all = [...spoken, ...possible];
  // Where none certainly speaks the base may stand; where one does, the others can only add a denial.
  const isBasePossible = spoken.length === 0;
  const lenient = isBasePossible
    ? anyOf('permit', [base, ...possible.map((ruling) => ruling.mostLenient)])
    : !anyOf(
        'deny',
        spoken.map((ruling) => ruling.mostLenient),
      );
  const strict = anyOf('deny', [
    ...(isBasePossible ? [base] : []),
    ...all.map((ruling) => ruling.strictest),
  ]);
  return {
    strictest: strict ? 'deny' : 'permit',
    mostLenient: lenient ? 'permit' : 'deny',
    undecided,
  };
}

/** Whether the provision's period, start included and end excluded, holds at `nowMs`. */
export function isInPeriod(criteria: ConsentCriteria, nowMs: number): boolean {
  const { periodStartMs, periodEndMs } = criteria;
  return (periodStartMs ?? -Infinity) <= nowMs && nowMs < (periodEndMs ?? Infinity);
}

function anyOf(ruling: ConsentRuling, rulings: readonly ConsentRuling[]): boolean {
  return rulings.includes(ruling);
}
