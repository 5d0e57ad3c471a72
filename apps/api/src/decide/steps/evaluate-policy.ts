import type { Evaluation, GrantFacts } from '@sallyport/contracts';
import {
  type AssertedEntity,
  EntityLimitError,
  type EvaluationInput,
  reasonsFor,
  sliceEntities,
  toContextRecord,
} from '@sallyport/policy';
import { type Evaluated, type Gathered, type Judged, StepDenied } from '../decision-state.js';
import type { DescribedEntity } from '../question.js';
import { judgedByPolicy } from '../verdict.js';

/** What the promoted policy says, and beside it what it would say with its shadow policies enforced. */
export function evaluatePolicy(state: Gathered): Judged {
  const { pep, facts, tenant } = state;
  if (pep.strict && facts.missing.includes('feed-stale')) throw new StepDenied('feed-stale');
  const { policy, shadow } = tenant;
  if (!policy) throw new StepDenied('policy-missing');
  const input = inputOf(state, facts.grants);
  const evaluation = policy.evaluate(input);
  const isGrantable = tenant.accessRules().length > 0;
  const evaluated: Evaluated = {
    ...state,
    evaluation,
    policyVersion: policy.version,
    reasons: reasonsFor(evaluation, facts, { isGrantable }),
    ...(shadow && state.isRecorded ? { shadow: shadow.evaluate(input) } : {}),
  };
  return judgedByPolicy(evaluated);
}

/** The same question with only these grants live. */
export function evaluateWith(state: Evaluated, grants: readonly GrantFacts[]): Evaluation {
  const { policy } = state.tenant;
  if (!policy) throw new StepDenied('policy-missing');
  return policy.evaluate(inputOf(state, grants));
}

function inputOf(
  { tenant, resolved, facts }: Gathered,
  grants: readonly GrantFacts[],
): EvaluationInput {
  const { subject, action, resource, context } = resolved;
  return {
    principal: { type: subject.type, id: subject.id },
    action: action.name,
    resource: { type: resource.type, id: resource.id },
    context: toContextRecord({ ...facts, grants }, action.properties, context),
    entities: sliced({
      lookup: (ref) => tenant.entity(ref),
      principal: asserted(subject),
      action: action.name,
      resource: asserted(resource),
      grants,
      nowMs: facts.nowMs,
    }),
  };
}

function sliced(input: Parameters<typeof sliceEntities>[0]): EvaluationInput['entities'] {
  try {
    return sliceEntities(input);
  } catch (cause) {
    if (cause instanceof EntityLimitError) throw new StepDenied('policy-unavailable', { cause });
    throw cause;
  }
}

function asserted({ type, id, properties }: DescribedEntity): AssertedEntity {
  return { ref: { type, id }, ...(properties === undefined ? {} : { trusted: properties }) };
}
