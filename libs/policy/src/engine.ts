import type { Evaluation, Facts, JsonObject, PolicyBundle } from '@sallyport/contracts';
import type { PolicyAnnotations } from './annotations.js';
import type { AssertedEntity } from './entities.js';
import type { EntityStore } from './entity-store.js';
import type { Prospects } from './search/prospects.js';
import type { PlanQuestion, PolicyPlan } from './plan/plan-question.js';

/**
 * Something that takes decisions on Cedar policies. Synchronous; one engine serves one process.
 *
 * A slot is one place that holds one version at a time (a tenant's live set, a tenant's shadow set). What was loaded into a slot earlier keeps
 * working, slower: it is loaded again when it is next asked.
 */
export interface PolicyEngine {
  readonly name: 'cedar-wasm' | 'compiled';
  /** Throws `PolicyLoadError` where `checkBundle` finds a problem in the policies themselves. */
  load(slot: string, bundle: PolicyBundle, set?: PolicySetName): LoadedPolicy;
}

/** `live` holds the policies whose `@mode` is `enforce`; `shadow` takes every policy as if it were enforced. */
export type PolicySetName = 'live' | 'shadow';

export interface LoadedPolicy {
  /** Content address of the bundle, the same for both sets. */
  readonly version: string;
  /** By policy id, for every policy of the set. */
  readonly annotations: ReadonlyMap<string, PolicyAnnotations>;
  /** Actions that the set's policies name, and those that the schema puts into groups, sorted: what there is to ask about. */
  readonly actionNames: readonly string[];
  /** False only where it is certain that no policy of the set looks at the time: the same facts then have the same answer at any time. */
  readonly readsClock?: boolean;
  /** What can't be evaluated is `indeterminate`. Throws nothing but the `NotResident` of a store that holds only a part of its entities. */
  evaluate(question: PolicyQuestion): Evaluation;
  /** Whom a search has to ask about. Throws nothing but `NotResident`. */
  prospects(question: OpenQuestion): Prospects;
  /**
   * For which resources of a type it would permit. Absent from an engine that can't say. Throws `PlanRefusal` for what no filter can express, and
   * `NotResident`.
   */
  plan?(question: PlanQuestion): PolicyPlan;
}

/** One question, with everything that policies may look at. Types are AuthZEN's words (`EntityRef`), not yet escaped for Cedar. */
export interface PolicyQuestion {
  readonly principal: AssertedEntity;
  readonly action: string;
  readonly resource: AssertedEntity;
  /** The grants among them that are live at `facts.nowMs` are parents of the principal. */
  readonly facts: Facts;
  /** The AuthZEN action's properties: `context.action`. */
  readonly actionProperties: JsonObject | undefined;
  /** The AuthZEN context as sent: `context.request`. */
  readonly request: JsonObject | undefined;
  readonly entities: EntityStore;
}

/** A question whose principal or resource is searched for. Of that one, the type is known; its id, and what `facts` say of it, mean nothing. */
export interface OpenQuestion extends PolicyQuestion {
  readonly open: 'principal' | 'resource';
  /** The members of the context that differ from one candidate to the next. */
  readonly openMembers: readonly string[];
}
