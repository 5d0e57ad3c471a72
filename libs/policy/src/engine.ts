import type {
  EntityRecord,
  EntityRef,
  Evaluation,
  JsonObject,
  PolicyBundle,
} from '@sallyport/contracts';
import type { PolicyAnnotations } from './annotations.js';

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

/** `live` leaves out policies annotated `@mode("shadow")`; `shadow` takes every policy as if it were enforced. */
export type PolicySetName = 'live' | 'shadow';

export interface LoadedPolicy {
  /** Content address of the bundle, the same for both sets. */
  readonly version: string;
  /** By policy id, for every policy of the set. */
  readonly annotations: ReadonlyMap<string, PolicyAnnotations>;
  /** Actions that the set's policies name in their scopes, sorted: what there is to ask about. */
  readonly actionNames: readonly string[];
  /** Never throws: what can't be evaluated is `indeterminate`. */
  evaluate(input: EvaluationInput): Evaluation;
}

/** One question, with everything it may look at. Entity types are AuthZEN's words (`EntityRef`), not yet escaped for Cedar. */
export interface EvaluationInput {
  readonly principal: EntityRef;
  readonly action: string;
  readonly resource: EntityRef;
  /** From `toContextRecord`: `__entity` and `__extn` in it are Cedar's escapes, names from clients are escaped (`escapeKey`). */
  readonly context: JsonObject;
  /** From `sliceEntities`, with attribute names escaped in the same way. */
  readonly entities: readonly EntityRecord[];
}
