import type { CompiledPolicy } from './compile-policy.js';
import type { Environment } from './environment.js';
import { PolicyFault } from './fault.js';
import type { Candidate, PolicyIndex } from './scope-index.js';

/** What a set says to one question. */
export interface SetOutcome<P extends CompiledPolicy = CompiledPolicy> {
  readonly decision: 'allow' | 'deny';
  /** The policies that determined the decision, in order of rank: forbids if any holds, else permits. */
  readonly determining: readonly Candidate<P>[];
  /** Policies that failed, in order of rank: they take no part, forbids neither. */
  readonly failed: readonly FailedPolicy<P>[];
}

export interface FailedPolicy<P extends CompiledPolicy = CompiledPolicy> {
  readonly candidate: Candidate<P>;
  readonly fault: PolicyFault;
}

/** Evaluates every policy that is about the question. What is thrown and is no `PolicyFault` passes through. */
export function evaluateSet<P extends CompiledPolicy>(
  index: PolicyIndex<P>,
  environment: Environment,
): SetOutcome<P> {
  const permits: Candidate<P>[] = [];
  const forbids: Candidate<P>[] = [];
  let failed: FailedPolicy<P>[] | undefined;
  index.forEach(environment, (candidate) => {
    const { policy } = candidate;
    try {
      if (policy.holds(environment))
        (policy.effect === 'permit' ? permits : forbids).push(candidate);
    } catch (error) {
      if (!(error instanceof PolicyFault)) throw error;
      (failed ??= []).push({ candidate, fault: error });
    }
  });
  const isAllowed = forbids.length === 0 && permits.length > 0;
  return {
    decision: isAllowed ? 'allow' : 'deny',
    determining: inOrder(forbids.length > 0 ? forbids : permits, (each) => each.rank),
    failed: failed === undefined ? NONE : inOrder(failed, (each) => each.candidate.rank),
  };
}

const NONE: readonly never[] = [];

function inOrder<T>(items: T[], rankOf: (item: T) => number): T[] {
  for (let at = 1; at < items.length; at++) {
    const [before, item] = [items[at - 1], items[at]];
    if (before !== undefined && item !== undefined && rankOf(before) > rankOf(item))
      return items.sort((a, b) => rankOf(a) - rankOf(b));
  }
  return items;
}
