import type { RiskReason, RiskSignal } from './signal.js';

/** `low` below 30, `high` from 70. */
export type RiskLevel = 'low' | 'medium' | 'high';

/** `score` is a whole number from 0 to 100; `reasons` come heaviest first, each once. */
export interface RiskAssessment {
  readonly score: number;
  readonly level: RiskLevel;
  readonly reasons: readonly RiskReason[];
}

/** Sums the weights of the distinct reasons, at most 100. A further signal never lowers the score. */
export function assessRisk(signals: readonly (RiskSignal | undefined)[]): RiskAssessment {
  let key = 0;
  for (const signal of signals) {
    if (signal !== undefined) key |= bitOf(signal);
  }
  const known = assessments.get(key);
  if (known !== undefined) return known;
  const assessment = assess(signals);
  assessments.set(key, assessment);
  return assessment;
}

// By the set of signals: there are few of them, and the same few come with every question.
const assessments = new Map<number, RiskAssessment>();

/** One bit for each signal there is. */
function bitOf({ reason, mitigated }: RiskSignal): number {
  return 1 << (2 * ORDER.indexOf(reason) + (mitigated ? 1 : 0));
}

function assess(signals: readonly (RiskSignal | undefined)[]): RiskAssessment {
  const reasons: RiskReason[] = [];
  const found: number[] = [];
  for (const signal of signals) if (signal !== undefined) place(signal, reasons, found);
  let sum = 0;
  for (const weight of found) sum += weight;
  const score = Math.min(100, sum);
  return { score, level: levelOf(score), reasons };
}

/** Keeps both lists heaviest first, of equal weights by name; there are a handful of signals at most. */
function place(signal: RiskSignal, reasons: RiskReason[], weights: number[]): void {
  const { reason } = signal;
  const weight = weightOf(signal);
  const known = reasons.indexOf(reason);
  if (known >= 0) {
    if ((weights[known] ?? 0) >= weight) return;
    reasons.splice(known, 1);
    weights.splice(known, 1);
  }
  let at = weights.length;
  while (at > 0 && isBefore(weight, reason, weights[at - 1] ?? 0, reasons[at - 1] ?? reason))
    at -= 1;
  reasons.splice(at, 0, reason);
  weights.splice(at, 0, weight);
}

function isBefore(weight: number, reason: string, otherWeight: number, other: string): boolean {
  return weight === otherWeight ? reason < other : weight > otherWeight;
}

// An impossible journey alone is high risk, and medium when mitigated; no other signal is high by itself.
const WEIGHTS: Readonly<Record<RiskReason, number>> = {
  'impossible-travel': 70,
  'device-owner-mismatch': 40,
  anonymizer: 25,
  'device-not-compliant': 25,
  'device-unknown': 20,
  'device-stale': 15,
  'new-country': 15,
  'unverified-subject': 10,
};

const ORDER = Object.keys(WEIGHTS) as readonly RiskReason[];

function weightOf(signal: RiskSignal): number {
  const weight = WEIGHTS[signal.reason];
  return signal.mitigated ? Math.ceil(weight / 2) : weight;
}

function levelOf(score: number): RiskLevel {
  if (score >= 70) return 'high';
  return score >= 30 ? 'medium' : 'low';
}
