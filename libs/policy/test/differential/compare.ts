import type { Verdict } from './round.js';

/** In what two verdicts differ. */
export type Difference =
  'crash' | 'acceptance' | 'decision' | 'determining policies' | 'erroring policies';

/** The first thing in which an engine's verdict is not the reference's; what engines write in messages is their own. */
export function differenceOf(reference: Verdict, verdict: Verdict): Difference | undefined {
  if ('crash' in reference || 'crash' in verdict) return 'crash';
  if ('failure' in reference || 'failure' in verdict)
    return 'failure' in reference && 'failure' in verdict ? undefined : 'acceptance';
  if (reference.decision !== verdict.decision) return 'decision';
  if (!isSameList(reference.reason, verdict.reason)) return 'determining policies';
  const erring = ({ errors }: typeof verdict) => errors.map(({ policyId }) => policyId);
  return isSameList(erring(reference), erring(verdict)) ? undefined : 'erroring policies';
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, at) => id === other[at]);
}
