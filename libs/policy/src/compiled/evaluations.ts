import type { DeterminingPolicy, Evaluation, ReasonCode } from '@sallyport/contracts';
import type { PolicyAnnotations } from '../annotations.js';
import type { CompiledPolicy } from './compile-policy.js';
import type { FailedPolicy, SetOutcome } from './evaluate-set.js';
import type { Candidate } from './scope-index.js';

/** A compiled policy with what it says beside allow or deny. */
export interface AnnotatedPolicy extends CompiledPolicy {
  readonly annotations: PolicyAnnotations;
}

type Said = Omit<Evaluation, 'erroring'>;

/**
 * Puts outcomes into the words of `Evaluation`, as `evaluationOf` does for cedar-wasm. What a list of determining policies says is put together once: sets have
 * few answers and give them often. One list is kept for each policy that comes first.
 */
export class Evaluations {
  private readonly known = new Map<
    AnnotatedPolicy,
    { readonly list: readonly Candidate<AnnotatedPolicy>[]; readonly evaluation: Evaluation }
  >();

  of({ decision, determining, failed }: SetOutcome<AnnotatedPolicy>): Evaluation {
    const evaluation = this.withoutErrors(decision, determining);
    return failed.length === 0 ? evaluation : { ...evaluation, erroring: failed.map(erroring) };
  }

  private withoutErrors(
    decision: 'allow' | 'deny',
    determining: readonly Candidate<AnnotatedPolicy>[],
  ): Evaluation {
    const [first] = determining;
    if (first === undefined) return NOTHING_MATCHES;
    const known = this.known.get(first.policy);
    if (known !== undefined && isSame(known.list, determining)) return known.evaluation;
    const evaluation = { ...said(decision, determining), erroring: NONE };
    this.known.set(first.policy, { list: determining, evaluation });
    return evaluation;
  }
}

/** An evaluation that could not be made. */
export function indeterminate(reason: ReasonCode, message: string): Evaluation {
  return { ...NOTHING_MATCHES, outcome: 'indeterminate', failure: { reason, message } };
}

const NONE: readonly never[] = [];
const NOTHING_MATCHES: Evaluation = {
  outcome: 'deny',
  determining: NONE,
  erroring: NONE,
  obligations: NONE,
  advice: NONE,
  controls: NONE,
};

function said(
  decision: 'allow' | 'deny',
  determining: readonly Candidate<AnnotatedPolicy>[],
): Said {
  const annotations = determining.map(({ policy }) => policy.annotations);
  const ttls = annotations.map(({ ttlSeconds }) => ttlSeconds).filter((ttl) => ttl !== undefined);
  return {
    outcome: decision === 'allow' ? 'permit' : 'deny',
    determining: determining.map(({ policy }) => determiningPolicy(policy)),
    obligations: annotations
      .map(({ obligation }) => obligation)
      .filter((duty) => duty !== undefined),
    advice: annotations.map(({ advice }) => advice).filter((duty) => duty !== undefined),
    ...(ttls.length > 0 && decision === 'allow' ? { ttlSeconds: least(ttls) } : {}),
    controls: [...new Set(annotations.flatMap(({ controls }) => controls))].sort(),
  };
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b));
}

function determiningPolicy({
  id,
  annotations: { effect, reason },
}: AnnotatedPolicy): DeterminingPolicy {
  return reason === undefined ? { id, effect } : { id, effect, reason };
}

function erroring({ candidate, fault }: FailedPolicy<AnnotatedPolicy>) {
  return { id: candidate.policy.id, message: fault.message };
}

function isSame(
  some: readonly Candidate<AnnotatedPolicy>[],
  others: readonly Candidate<AnnotatedPolicy>[],
): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}
