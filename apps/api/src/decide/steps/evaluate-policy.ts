import type { Evaluation, GrantFacts } from '@sallyport/contracts';
import { type AssertedEntity, type PolicyQuestion, reasonsFor } from '@sallyport/policy';
import type { DecisionSampler } from '../../policies/cross-check/decision-sampler.js';
import {
  type Evaluated,
  type Gathered,
  type Judged,
  StepDenied,
  withFindings,
} from '../decision-state.js';
import type { DescribedEntity } from '../question.js';
import { judgedByPolicy } from '../verdict.js';

/** What the promoted policy says, and beside it what it would say with its shadow policies enforced. */
export function evaluatePolicy(
  state: Gathered,
  { sampler }: { readonly sampler: DecisionSampler },
): Judged {
  const { pep, facts, tenant } = state;
  if (pep.strict && facts.missing.includes('feed-stale')) throw new StepDenied('feed-stale');
  const { policy, shadow } = tenant;
  if (!policy) throw new StepDenied('policy-missing');
  const question = questionOf(state, facts.grants);
  const evaluation = policy.evaluate(question);
  if (state.isRecorded && sampler.wantsNext()) {
    const { tenantId } = tenant;
    const { decisionId } = state;
    sampler.take({ tenantId, decisionId, policyVersion: policy.version, question, evaluation });
  }
  // Only a denial tells what to ask for.
  const isGrantable = evaluation.outcome !== 'permit' && tenant.accessRules().length > 0;
  const evaluated = withFindings(state, {
    evaluation,
    policyVersion: policy.version,
    reasons: reasonsFor(evaluation, facts, { isGrantable }),
    shadow: shadow && state.isRecorded ? shadow.evaluate(question) : undefined,
  });
  return judgedByPolicy(evaluated);
}

/** The same question with only these grants live. */
export function evaluateWith(state: Evaluated, grants: readonly GrantFacts[]): Evaluation {
  const { policy } = state.tenant;
  if (!policy) throw new StepDenied('policy-missing');
  return policy.evaluate(questionOf(state, grants));
}

function questionOf(
  { tenant, resolved, facts }: Gathered,
  grants: readonly GrantFacts[],
): PolicyQuestion {
  const { subject, action, resource, context } = resolved;
  return {
    principal: asserted(subject),
    action: action.name,
    resource: asserted(resource),
    facts: grants === facts.grants ? facts : { ...facts, grants },
    actionProperties: action.properties,
    request: context,
    entities: tenant.entityStore,
  };
}

function asserted({ type, id, properties }: DescribedEntity): AssertedEntity {
  const ref = { type, id };
  return properties === undefined ? { ref } : { ref, trusted: properties };
}
