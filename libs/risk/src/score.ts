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
export function assessRisk(signals: Iterable<RiskSignal | undefined>): RiskAssessment {
  const weightByReason = new Map<RiskReason, number>();
  for (const signal of signals) {
    if (signal === undefined) continue;
    const heaviest = Math.max(weightOf(signal), weightByReason.get(signal.reason) ?? 0);
    weightByReason.set(signal.reason, heaviest);
  }
  const found = [...weightByReason].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const sum = found.reduce((total, [, weight]) => total + weight, 0);
  const score = Math.min(100, sum);
  return { score, level: levelOf(score), reasons: found.map(([reason]) => reason) };
}

// An impossible journey alone is high risk, and medium when mitigated; no other signal is high by itself.
const weights: Readonly<Record<RiskReason, number>> = {
  'impossible-travel': 70,
  'device-owner-mismatch': 40,
  anonymizer: 25,
  'device-not-compliant': 25,
  'device-unknown': 20,
  'device-stale': 15,
  'new-country': 15,
  'unverified-subject': 10,
};

function weightOf(signal: RiskSignal): number {
  const weight = weights[signal.reason];
  return signal.mitigated ? Math.ceil(weight / 2) : weight;
}

function levelOf(score: number): RiskLevel {
  if (score >= 70) return 'high';
  return score >= 30 ? 'medium' : 'low';
}
