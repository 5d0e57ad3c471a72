import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { ActionGroups } from '../action-groups.js';
import type { PolicyAnnotations } from '../annotations.js';
import { ExpressionCompiler } from '../compiled/compile-expression.js';
import type { Environment } from '../compiled/environment.js';
import { FactsContext } from '../compiled/fact-values.js';
import { QuestionEntities } from '../compiled/question-entities.js';
import { type Constraint, type Scope, testOf } from '../compiled/scope.js';
import { authzenType } from '../compiled/type-names.js';
import type { EntityValue } from '../compiled/value.js';
import { liveGrants } from '../live-grants.js';
import type { PolicySource } from '../partial/partial-authorize.js';
import type { PartialQuestion } from '../partial/partial-question.js';
import { cedarTypeName } from './cedar-type-name.js';
import { isConsentKnown, withConsentOfRow } from './consent-of-row.js';
import type { PlannerParts } from './expression-planner.js';
import type { PlanQuestion } from './plan-question.js';
import { RowHierarchy } from './row-hierarchy.js';
import { RowShape } from './row-shape.js';

/** A policy as a plan needs it: `est` as in its artifact, parsed only where the policy is about the question. */
export interface PlannablePolicy {
  readonly id: string;
  readonly est: string;
  readonly scope: Scope;
  readonly annotations: PolicyAnnotations;
}

/** Stands for the resource where its id must be given: no client can name it. */
const ANY_ROW = '\u0000';

/** One plan's question in the engine's terms. Throws what `QuestionEntities` throws. */
export class PlanEnvironment {
  readonly question: PartialQuestion;
  private readonly entities: QuestionEntities;
  private readonly environment: Environment;

  constructor(
    private readonly asked: PlanQuestion,
    groups: ActionGroups,
  ) {
    const { principal, action, resource, facts, actionProperties, request, entities } = asked;
    const live = liveGrants(facts.grants, facts.nowMs);
    const row = { ref: { type: resource.type, id: ANY_ROW } };
    this.entities = new QuestionEntities(
      { principal, action, resource: row, facts, actionProperties, request, entities },
      live,
      groups,
    );
    const context = new FactsContext({ facts, liveGrants: live, actionProperties, request });
    const known = { action: this.entities.action, context, entities: this.entities };
    this.environment = {
      ...known,
      principal: this.entities.principal,
      resource: this.entities.resource,
    };
    this.question = {
      ...known,
      principal: { kind: 'known', entity: this.entities.principal },
      resource: { kind: 'unknown', type: resource.type },
      names: { read: authzenType, write: cedarTypeName },
    };
  }

  /** Whether a policy's scope lets it be about the question, as far as that can be seen without looking at its conditions. */
  isAbout({ scope: { principal, action, resource } }: PlannablePolicy): boolean {
    const meets = (entity: EntityValue, constraint: Constraint) =>
      testOf(constraint)?.(entity, this.environment) ?? true;
    return (
      meets(this.entities.principal, principal) &&
      meets(this.entities.action, action) &&
      this.mayBeResource(resource)
    );
  }

  sourceOf({ id, est }: PlannablePolicy): PolicySource {
    const json = JSON.parse(est) as PolicyJson;
    const isKnown = isConsentKnown(this.asked.resource.properties);
    return { id, json: isKnown ? json : withConsentOfRow(json) };
  }

  plannerParts(): PlannerParts {
    const { resource, membersOf } = this.asked;
    return {
      rows: new RowShape(resource.type, resource.table, resource.properties),
      hierarchy: new RowHierarchy(this.entities, this.entities.principal, membersOf),
      entities: this.entities,
      compiler: new ExpressionCompiler(authzenType),
    };
  }

  private mayBeResource(constraint: Constraint): boolean {
    const { type } = this.asked.resource;
    if (constraint.kind === 'equals') return constraint.entity.type === type;
    return !('type' in constraint) || constraint.type === undefined || constraint.type === type;
  }
}
