import type { FieldMask, FieldMasks, MaskMethod, Obligation } from '@sallyport/contracts';
import type { ActionGroups } from '../action-groups.js';
import type { PolicyAnnotations } from '../annotations.js';
import type { Expression } from '../expression.js';
import { type PartialDecision, partialAuthorize } from '../partial/partial-authorize.js';
import { and, comparisonsOf, type Condition, FilterTooLarge, negate, or } from './conditions.js';
import { ExpressionPlanner } from './expression-planner.js';
import { masksOf, stricter } from './masks.js';
import { PlanEnvironment, type PlannablePolicy } from './plan-environment.js';
import type { PlannedPolicy, PlanQuestion, PolicyPlan } from './plan-question.js';
import { PlanRefusal, refuseExpression } from './plan-refusal.js';
import { readable } from './readable.js';

/** A policy with the rows in which it holds. */
interface Planned extends PlannedPolicy {
  readonly when: Condition;
}

/**
 * The rows for which policies permit what is asked: some permit holds, and no forbid. A policy that fails takes no part, as in a decision. Throws `PlanRefusal`
 * for what no filter can say, `QuestionFault` for a register that can't be answered from, and `NotResident`.
 */
export function planPolicies(
  policies: readonly PlannablePolicy[],
  groups: ActionGroups,
  question: PlanQuestion,
): PolicyPlan {
  const environment = new PlanEnvironment(question, groups);
  const candidates = policies.filter((policy) => environment.isAbout(policy));
  const sources = candidates.map((policy) => environment.sourceOf(policy));
  const partial = partialAuthorize(sources, environment.question);
  const annotations = new Map(candidates.map((policy) => [policy.id, policy.annotations]));
  const planner = new ExpressionPlanner(environment.plannerParts());
  return new Planning(partial, annotations, planner, question.whyNot).plan();
}

class Planning {
  constructor(
    private readonly partial: PartialDecision,
    private readonly annotations: ReadonlyMap<string, PolicyAnnotations>,
    private readonly planner: ExpressionPlanner,
    private readonly whyNot: PlanQuestion['whyNot'],
  ) {}

  plan(): PolicyPlan {
    const { decision, satisfied } = this.partial;
    if (decision === 'deny') return this.denied(satisfied.filter(isForbid));
    const forbids = this.residuals('forbid');
    const permits = [...satisfied.map(inEveryRow), ...this.permitResiduals()];
    const filter = bounded(() => and(anyOf(permits), negate(anyOf(forbids))));
    if (filter === false) return this.denied(forbids.filter(({ when }) => when === true));
    const policies = [...permits, ...forbids].map(({ id, effect }) => ({ id, effect }));
    const { erring } = this.partial;
    const duties = this.duties(permits, filter);
    return filter === true
      ? { kind: 'always_allowed', policies, erring, ...duties }
      : { kind: 'conditional', filter: readable(filter), policies, erring, ...duties };
  }

  private denied(forbids: readonly PlannedPolicy[]): PolicyPlan {
    const policies = forbids.map(({ id, effect }) => ({ id, effect }));
    const obligations = forbids.flatMap(({ id }) => this.obligationOf(id) ?? []);
    const { erring } = this.partial;
    return { kind: 'always_denied', policies, erring, masks: {}, obligations };
  }

  /** Where everything is permitted anyway, only what comes with further permits is worth a look. */
  private permitResiduals(): Planned[] {
    const isAllowed = this.partial.satisfied.some(({ effect }) => effect === 'permit');
    return this.residuals('permit', ({ id }) => !isAllowed || this.obligationOf(id) !== undefined);
  }

  private residuals(
    effect: PlannedPolicy['effect'],
    isWanted: (policy: PlannedPolicy) => boolean = () => true,
  ): Planned[] {
    return this.partial.residuals
      .filter((policy) => policy.effect === effect && isWanted(policy))
      .map(({ id, condition }) => {
        return { id, effect, when: inPolicy(id, () => this.rowsOf(condition)) };
      })
      .filter(({ when }) => when !== false);
  }

  private rowsOf(condition: Expression): Condition {
    const when = bounded(() => this.planner.truth(condition).yes);
    if (typeof when === 'boolean' || this.whyNot === undefined) return when;
    for (const comparison of comparisonsOf(when)) {
      const why = this.whyNot(comparison);
      if (why !== undefined) refuseExpression(condition, why);
    }
    return when;
  }

  private duties(
    permits: readonly Planned[],
    filter: Condition,
  ): Pick<PolicyPlan, 'masks' | 'obligations'> {
    const masks = new Map<string, { readonly method: MaskMethod; readonly when: Condition }>();
    const obligations: Obligation[] = [];
    for (const { id, when } of permits) {
      const obligation = this.obligationOf(id);
      // Of rows that no filter lets through nothing must be said.
      if (obligation === undefined || bounded(() => and(filter, when)) === false) continue;
      const written = masksOf(obligation);
      if (written === undefined) throw new PlanRefusal('it is no mask', '@obligation', id);
      if (written.length === 0) obligations.push(obligation);
      for (const [field, method] of written) {
        const before = masks.get(field) ?? { method, when };
        const rows = bounded(() => or(before.when, when));
        masks.set(field, { method: stricter(before.method, method), when: rows });
      }
    }
    const all = [...masks].map(([field, { method, when }]) => [
      field,
      maskIn(filter, method, when),
    ]);
    return { masks: Object.fromEntries(all) as FieldMasks, obligations };
  }

  private obligationOf(id: string): Obligation | undefined {
    return this.annotations.get(id)?.obligation;
  }
}

/** Says in which rows, unless it is all that the filter lets through. */
function maskIn(filter: Condition, method: MaskMethod, when: Condition): FieldMask {
  const isInEveryRow = bounded(() => and(filter, negate(when))) === false;
  return isInEveryRow || typeof when === 'boolean' ? method : { ...method, when: readable(when) };
}

function isForbid({ effect }: PlannedPolicy): boolean {
  return effect === 'forbid';
}

function inEveryRow(policy: PlannedPolicy): Planned {
  return { ...policy, when: true };
}

function anyOf(policies: readonly Planned[]): Condition {
  return or(...policies.map(({ when }) => when));
}

function inPolicy<T>(id: string, plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    if (error instanceof PlanRefusal) throw error.inPolicy(id);
    throw error;
  }
}

function bounded<T>(plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    if (error instanceof FilterTooLarge) throw new PlanRefusal(error.message);
    throw error;
  }
}
