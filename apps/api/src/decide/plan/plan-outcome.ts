import type { PlanAnswer, ReasonCode } from '@sallyport/contracts';
import type { PlanRefusal } from '@sallyport/policy';
import type { Asked } from '../decision-state.js';
import { kindOf, plainPlan, type Planned } from './planning.js';
import type { PlanRequest } from './read-plan.js';

/** What the enforcement point is told. */
export interface PlanOutcome {
  readonly decisionId: string;
  readonly policyVersion: string | null;
  /** A filter was asked for that can't be written. */
  readonly refusal?: PlanRefusal;
  readonly answer: PlanAnswer;
  /** What an enforcement point in `warn` mode is told beside its answer. */
  readonly warning?: string;
}

/**
 * A filter holds back rows in `enforce` and in `warn`, which also says so: a plan let through would hand over a whole table at once, not one resource. `monitor`
 * answers that everything is allowed, and the log keeps what policy said.
 */
export function planOutcome(asked: Asked, request: PlanRequest, planned: Planned): PlanOutcome {
  const { mode } = asked.pep;
  const policyVersion = planned.by === 'step' ? null : planned.policyVersion;
  const known = { decisionId: asked.decisionId, policyVersion };
  const base = { policy_version: policyVersion, complete: true } as const;
  const kind = kindOf(planned);
  if (mode === 'monitor' && kind !== 'always_allowed') {
    const reasons = [...reasonsOf(planned), 'shadow-mode' as const];
    return {
      ...known,
      answer: { ...plainPlan('always_allowed', request, asked.pep), reasons, ...base },
    };
  }
  const warning =
    mode === 'warn' && kind !== 'always_allowed' ? `rows are withheld: ${kind}` : undefined;
  const reasons = reasonsOf(planned);
  const answer: PlanAnswer = {
    ...(planned.by === 'policy'
      ? planned.rendered
      : plainPlan('always_denied', request, asked.pep)),
    ...obligationsOf(planned),
    ...(reasons.length === 0 ? {} : { reasons }),
    ...base,
  };
  return {
    ...known,
    answer,
    ...(planned.by === 'refusal' ? { refusal: planned.refusal } : {}),
    ...(warning === undefined ? {} : { warning }),
  };
}

/** Why rows are held back; a filter speaks for itself. */
export function reasonsOf(planned: Planned): readonly ReasonCode[] {
  switch (planned.by) {
    case 'step':
      return [planned.reason];
    case 'refusal':
      return ['plan-inexpressible'];
    case 'policy':
      if (planned.plan.kind !== 'always_denied') return [];
      return planned.plan.policies.length > 0 ? ['policy-forbid'] : ['no-matching-policy'];
  }
}

function obligationsOf(planned: Planned): Pick<PlanAnswer, 'obligations'> {
  if (planned.by !== 'policy' || planned.plan.obligations.length === 0) return {};
  return { obligations: planned.plan.obligations };
}
