import type { DataTable, PlanAnswer, PlanKind, ReasonCode } from '@sallyport/contracts';
import {
  type PlanQuestion,
  PlanRefusal,
  type PolicyPlan,
  renderPlan,
  whyNotFor,
} from '@sallyport/policy';
import type { Pep, TenantFacts } from '../../registers/facts.ports.js';
import { RegisterTooLargeError } from '../../registers/register-too-large.js';
import { type Gathered, StepDenied } from '../decision-state.js';
import type { PlanRequest } from './read-plan.js';

/** How planning ended. */
export type Planned =
  | {
      readonly by: 'policy';
      readonly plan: PolicyPlan;
      readonly rendered: RenderedPlan;
      readonly policyVersion: string;
    }
  /** No filter of this target can say it. */
  | { readonly by: 'refusal'; readonly refusal: PlanRefusal; readonly policyVersion: string }
  | { readonly by: 'step'; readonly reason: ReasonCode };

type RenderedPlan = Pick<PlanAnswer, 'kind' | 'filter' | 'masks'>;

/** What policy says of the rows. */
export function kindOf(planned: Planned): PlanKind | 'refused' {
  if (planned.by === 'refusal') return 'refused';
  return planned.by === 'policy' ? planned.plan.kind : 'always_denied';
}

/** The rows that policy permits. Throws StepDenied where there is nobody to say it, and NotResident. */
export function planRows(state: Gathered, request: PlanRequest): Planned {
  const { pep, facts, tenant, resolved } = state;
  if (pep.strict && facts.missing.includes('feed-stale')) throw new StepDenied('feed-stale');
  const { policy } = tenant;
  if (!policy) throw new StepDenied('policy-missing');
  // Cedar's own evaluator, which takes over where the compiled form is not trusted, can't plan.
  if (!policy.plan) throw new StepDenied('policy-unavailable');
  const policyVersion = policy.version;
  if (tenant.settings.rego !== undefined) {
    const refusal = new PlanRefusal(
      'compiled Rego, which this tenant has, decides about single rows',
    );
    return { by: 'refusal', refusal, policyVersion };
  }
  const table = tableOf(pep.data, resolved.resource.type);
  try {
    const plan = policy.plan(questionOf(state, request, table));
    return { by: 'policy', plan, rendered: renderPlan(plan, { ...request, table }), policyVersion };
  } catch (error) {
    if (error instanceof PlanRefusal) return { by: 'refusal', refusal: error, policyVersion };
    throw error;
  }
}

/** What says the same of every row, whatever policy says of each. */
export function plainPlan(
  kind: 'always_allowed' | 'always_denied',
  request: PlanRequest,
  { data }: Pick<Pep, 'data'>,
): RenderedPlan {
  const plan = { kind, policies: [], erring: [], masks: {}, obligations: [] };
  const table = tableOf(data, request.question.resource.type);
  return renderPlan(plan, { target: request.target, table });
}

function questionOf(
  { tenant, resolved, facts }: Gathered,
  { target }: PlanRequest,
  table: DataTable | undefined,
): PlanQuestion {
  const { subject, action, resource, context } = resolved;
  const ref = { type: subject.type, id: subject.id };
  const trusted = subject.properties;
  return {
    principal: trusted === undefined ? { ref } : { ref, trusted },
    action: action.name,
    resource: { type: resource.type, properties: resource.properties, table },
    facts,
    actionProperties: action.properties,
    request: context,
    entities: tenant.entityStore,
    membersOf: (group) => membersOf(tenant, group),
    whyNot: whyNotFor(target),
  };
}

function tableOf(
  tables: Readonly<Record<string, DataTable>> | undefined,
  type: string,
): DataTable | undefined {
  return tables !== undefined && Object.hasOwn(tables, type) ? tables[type] : undefined;
}

function membersOf(tenant: TenantFacts, group: Parameters<TenantFacts['membersOf']>[0]) {
  try {
    return tenant.membersOf(group);
  } catch (error) {
    if (error instanceof RegisterTooLargeError) return undefined;
    throw error;
  }
}
