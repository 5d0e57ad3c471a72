import type {
  Comparison,
  DataTable,
  Facts,
  FieldMasks,
  Filter,
  JsonObject,
} from '@sallyport/contracts';
import type { Obligation, PlanKind } from '@sallyport/contracts';
import type { AssertedEntity } from '../entities.js';
import type { EntityStore } from '../entity-store.js';
import type { MembersOf } from './row-hierarchy.js';

/** Which resources of a type a question is permitted for. Types are AuthZEN's words. */
export interface PlanQuestion {
  readonly principal: AssertedEntity;
  readonly action: string;
  readonly resource: {
    readonly type: string;
    /** What all of them have in common, on the word of an asker who is trusted for it. */
    readonly properties?: JsonObject | undefined;
    readonly table?: DataTable | undefined;
  };
  /** The consent is taken for that of every resource where the properties name their data subject. */
  readonly facts: Facts;
  readonly actionProperties: JsonObject | undefined;
  readonly request: JsonObject | undefined;
  readonly entities: EntityStore;
  readonly membersOf: MembersOf;
  /** Why a comparison can't be written for whoever asks; undefined where it can. Everything can be where absent. */
  readonly whyNot?: (comparison: Comparison) => string | undefined;
}

export interface PolicyPlan {
  readonly kind: PlanKind;
  /** Where the kind is `conditional`. */
  readonly filter?: Filter;
  /** Policies that determine the answer in all rows or in some. */
  readonly policies: readonly PlannedPolicy[];
  /** Policies that fail in every row. */
  readonly erring: readonly string[];
  /** By attribute. Where several permits mask one, the strictest way counts in the rows of all of them. */
  readonly masks: FieldMasks;
  readonly obligations: readonly Obligation[];
}

export interface PlannedPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
}
