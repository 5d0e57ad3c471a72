import type { ReasonCode } from '@sallyport/contracts';
import { type Asked, type Evaluated, type Judged, StepDenied } from './decision-state.js';

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
  return { by: 'policy', state, permitted: state.evaluation.outcome === 'permit' };
}

/** A step denied, or broke: everything that is not a named reason is the broker's own fault, and a deny all the same. */
export function deniedByStep(state: Asked, error: unknown): Judged {
  const reason = error instanceof StepDenied ? error.reason : 'broker-error';
  return { by: 'step', state, permitted: false, reason };
}
