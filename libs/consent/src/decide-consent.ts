import { isWithdrawn } from './consent-directive.js';
import type { ConsentDirective, ConsentException } from './consent-directive.js';
import type { ConsentQuery } from './consent-query.js';
import { matchCriteria } from './match-criteria.js';
import type { CriteriaMatch, UndecidedReason } from './match-criteria.js';
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
  let isOwn = false;
  let decisive: Candidate | undefined;
  const speaking: ConsentDirective[] = [];
  for (const directive of directives) {
    if (directive.patientRef !== query.dataSubject) continue;
    const isTakenBack = isWithdrawn(directive);
    if (directive.status !== 'active' && !isTakenBack) continue;
    isOwn = true;
    const match = matchCriteria(directive, directive.baseDecision, query);
    if (match.verdict === 'no') continue;
    speaking.push(directive);
    if (!isTakenBack && !isInPeriod(directive, query.nowMs)) continue;
    const candidate = { directive, decision: decideBy(directive, match, query) };
    if (decisive === undefined || newestThenStrictest(candidate, decisive) < 0) {
      decisive = candidate;
    }
  }
  if (decisive === undefined) return nothing(isOwn, speaking, query);
  const { directive, decision } = decisive;
  if (decision.status !== 'permit') return decision;
  const expiresAtMs = nextChange(directive, speaking, query);
  return expiresAtMs === Infinity ? decision : permitOf(directive, query, expiresAtMs);
}

function decideBy(
  directive: ConsentDirective,
  match: CriteriaMatch,
  query: ConsentQuery,
): ConsentDecision {
  const { purpose } = query;
  const directiveId = directive.id;
  if (isWithdrawn(directive)) {
    return { status: 'deny', purpose, directiveId, reasons: ['consent-withdrawn'] };
  }
  const ruling = ruleProvision(directive.baseDecision, directive.exceptions, query);
  if (match.verdict === 'unknown' || ruling.strictest !== ruling.mostLenient) {
    const undecided = new Set([...match.undecided, ...ruling.undecided]);
    const reasons = ['consent-undecided', ...undecided] as const;
    return { status: 'unknown', purpose, directiveId, reasons };
  }
  if (ruling.strictest === 'permit') return permitOf(directive, query);
  return { status: 'deny', purpose, directiveId, reasons: ['consent-denied'] };
}

function permitOf(
  { id: directiveId }: ConsentDirective,
  { purpose }: ConsentQuery,
  expiresAtMs?: number,
): ConsentDecision {
  return expiresAtMs === undefined
    ? { status: 'permit', purpose, directiveId, reasons: [] }
    : { status: 'permit', purpose, directiveId, expiresAtMs, reasons: [] };
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
  isOwn: boolean,
  speaking: readonly ConsentDirective[],
  { purpose, nowMs }: ConsentQuery,
): ConsentDecision {
  const newest = speaking.toSorted((a, b) => b.recordedAtMs - a.recordedAtMs)[0];
  if (newest === undefined) {
    const reasons = isOwn
      ? (['consent-missing', 'consent-not-covering'] as const)
      : (['consent-missing'] as const);
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
  let next = earlier(Infinity, decisive.periodEndMs, query);
  for (const rival of speaking) {
    if (rival.recordedAtMs >= decisive.recordedAtMs) {
      next = earlier(next, rival.periodStartMs, query);
    }
  }
  return nextBound(decisive.exceptions, query, next);
}

function nextBound(
  exceptions: readonly ConsentException[],
  query: ConsentQuery,
  known: number,
): number {
  let next = known;
  for (const each of exceptions) {
    if (matchCriteria(each, each.decision, query).verdict === 'no') continue;
    next = earlier(next, each.periodStartMs, query);
    next = earlier(next, each.periodEndMs, query);
    next = nextBound(each.exceptions, query, next);
  }
  return next;
}

/** The earlier of two instants, of which the second counts only where there is one and it is still to come. */
function earlier(known: number, atMs: number | undefined, { nowMs }: ConsentQuery): number {
  return atMs !== undefined && atMs > nowMs && atMs < known ? atMs : known;
}
