import type { ReasonCode } from '@sallyport/contracts';
import {
  type Asked,
  type Evaluated,
  type Judged,
  StepDenied,
  withFindings,
} from './decision-state.js';

/** What the enforcement point is told: outside of `enforce` mode always true, unless the question itself was not valid. */
export function answerOf(judged: Judged): boolean {
  if (judged.permitted) return true;
  const isValid = judged.by === 'policy' || judged.reason !== 'request-invalid';
  return isValid && judged.state.pep.mode !== 'enforce';
}

/** Why, most telling first; says so where the answer is not what was judged. */
export function reasonsOf(judged: Judged): readonly ReasonCode[] {
  const reasons = judged.by === 'policy' ? judged.state.reasons : [judged.reason];
  return answerOf(judged) === judged.permitted ? reasons : [...reasons, 'shadow-mode'];
}

/** Policy has spoken. An outcome that is not a clear permit is a deny. */
export function judgedByPolicy(state: Evaluated): Judged {
  const permitted = state.evaluation.outcome === 'permit';
  if (permitted && isProhibitionLost(state)) {
    const reasons: Evaluated['reasons'] = ['policy-error'];
    return { by: 'policy', state: withFindings(state, { reasons }), permitted: false };
  }
  return { by: 'policy', state, permitted };
}

/**
 * Cedar skips a policy that fails. Where everything is permitted that no policy forbids, as in a cluster, a prohibition that was
 * skipped would permit what it stands against.
 */
function isProhibitionLost({ pep, tenant, evaluation: { erroring } }: Evaluated): boolean {
  if (pep.kind !== 'kubernetes' || erroring.length === 0) return false;
  return erroring.some(({ id }) => tenant.policy?.annotations.get(id)?.effect !== 'permit');
}

/** A step denied, or broke: everything that is not a named reason is the broker's own fault, and a deny all the same. */
export function deniedByStep(state: Asked, error: unknown): Judged {
  const reason = error instanceof StepDenied ? error.reason : 'broker-error';
  return { by: 'step', state, permitted: false, reason };
}
