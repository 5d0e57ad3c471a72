import { isWithdrawn } from './consent-directive.js';
import type { ConsentDirective, ConsentException } from './consent-directive.js';
import type { ConsentQuery } from './consent-query.js';
import { matchCriteria } from './match-criteria.js';
import type { UndecidedReason } from './match-criteria.js';
import { isInPeriod, ruleProvision } from './rule-provision.js';

export type ConsentReason =
  | 'consent-missing'
  | 'consent-not-covering'
  | 'consent-not-yet-effective'
  | 'consent-expired'
  | 'consent-denied'
  | 'consent-withdrawn'
  | 'consent-undecided'
  | UndecidedReason;

/**
 * `none`: no directive speaks; `unknown`: one may, and the query does not say enough to tell. Only `permit` is consent.
 * A permit holds until `expiresAtMs` (absent: until a directive changes); the same question may then have another answer.
 */
export interface ConsentDecision {
  readonly status: 'permit' | 'deny' | 'none' | 'unknown';
  readonly purpose: string;
  readonly directiveId?: string;
  readonly expiresAtMs?: number;
  readonly reasons: readonly ConsentReason[];
}

/**
 * Decides by the directive recorded last among those of the data subject that are active, in their period and speak of the
 * query. One that was withdrawn takes part as a denial of all it spoke of, even when an older one permits: the data subject's
 * last word was to take consent back. Of directives recorded at the same instant the strictest decides.
 */
export function decideConsent(
  directives: readonly ConsentDirective[],
  query: ConsentQuery,
): ConsentDecision {
  const own = directives
    .filter((directive) => directive.patientRef === query.dataSubject)
    .filter((directive) => directive.status === 'active' || isWithdrawn(directive));
  const speaking = own.filter(
    (directive) => matchCriteria(directive, directive.baseDecision, query).verdict !== 'no',
  );
  const [decisive] = speaking
    .filter((directive) => isWithdrawn(directive) || isInPeriod(directive, query.nowMs))
    .map((directive) => ({ directive, decision: decideBy(directive, query) }))
    .sort((a, b) => newestThenStrictest(a, b));
  if (decisive === undefined) return nothing(own, speaking, query);
  const { directive, decision } = decisive;
  if (decision.status !== 'permit') return decision;
  const expiresAtMs = nextChange(directive, speaking, query);
  return expiresAtMs === Infinity ? decision : { ...decision, expiresAtMs };
}

function decideBy(directive: ConsentDirective, query: ConsentQuery): ConsentDecision {
  const { purpose } = query;
  const directiveId = directive.id;
  if (isWithdrawn(directive)) {
    return { status: 'deny', purpose, directiveId, reasons: ['consent-withdrawn'] };
  }
  const match = matchCriteria(directive, directive.baseDecision, query);
  const ruling = ruleProvision(directive.baseDecision, directive.exceptions, query);
  if (match.verdict === 'unknown' || ruling.strictest !== ruling.mostLenient) {
    const undecided = new Set([...match.undecided, ...ruling.undecided]);
    const reasons = ['consent-undecided', ...undecided] as const;
    return { status: 'unknown', purpose, directiveId, reasons };
  }
  if (ruling.strictest === 'permit') return { status: 'permit', purpose, directiveId, reasons: [] };
  return { status: 'deny', purpose, directiveId, reasons: ['consent-denied'] };
}

interface Candidate {
  readonly directive: ConsentDirective;
  readonly decision: ConsentDecision;
}

function newestThenStrictest(a: Candidate, b: Candidate): number {
  const byTime = b.directive.recordedAtMs - a.directive.recordedAtMs;
  return byTime || strictness(b) - strictness(a) || (a.directive.id < b.directive.id ? -1 : 1);
}

function strictness({ decision }: Candidate): number {
  return ['none', 'permit', 'unknown', 'deny'].indexOf(decision.status);
}

function nothing(
  own: readonly ConsentDirective[],
  speaking: readonly ConsentDirective[],
  { purpose, nowMs }: ConsentQuery,
): ConsentDecision {
  const newest = speaking.toSorted((a, b) => b.recordedAtMs - a.recordedAtMs)[0];
  if (newest === undefined) {
    const reasons =
      own.length === 0
        ? (['consent-missing'] as const)
        : (['consent-missing', 'consent-not-covering'] as const);
    return { status: 'none', purpose, reasons };
  }
  const isOver = nowMs >= (newest.periodEndMs ?? Infinity);
  const reason = isOver ? 'consent-expired' : 'consent-not-yet-effective';
  return { status: 'none', purpose, directiveId: newest.id, reasons: [reason] };
}

/** The first instant at which a period begins or ends that may change what `decisive` permits, or lets a newer one speak. */
function nextChange(
  decisive: ConsentDirective,
  speaking: readonly ConsentDirective[],
  query: ConsentQuery,
): number {
  const rivals = speaking.filter((other) => other.recordedAtMs >= decisive.recordedAtMs);
  const bounds = [
    decisive.periodEndMs,
    ...rivals.map((other) => other.periodStartMs),
    ...periodBounds(decisive.exceptions, query),
  ];
  const known = bounds.filter((at) => at !== undefined);
  return Math.min(...known.filter((at) => at > query.nowMs), Infinity);
}

function periodBounds(
  exceptions: readonly ConsentException[],
  query: ConsentQuery,
): readonly (number | undefined)[] {
  return exceptions
    .filter((each) => matchCriteria(each, each.decision, query).verdict !== 'no')
    .flatMap((each) => [
      each.periodStartMs,
      each.periodEndMs,
      ...periodBounds(each.exceptions, query),
    ]);
}
