import type { Json, JsonObject, Obligation } from '../decision.js';
import type { ReasonCode } from '../reasons.js';
import type { Filter } from './filter.js';

export type PlanKind = 'always_allowed' | 'always_denied' | 'conditional';

/** How a filter is written. */
export const PLAN_TARGETS = ['ast', 'ucast', 'prisma', 'sql'] as const;
export type PlanTarget = (typeof PLAN_TARGETS)[number];

/** How a field is made unreadable. `partial` keeps some characters at either end, and puts `*` in the place of the others. */
export type MaskMethod =
  | { readonly method: 'redact' }
  | { readonly method: 'replace'; readonly value: Json }
  | { readonly method: 'hash' }
  | { readonly method: 'partial'; readonly keepFirst?: number; readonly keepLast?: number };

/** How a field must be masked: in every row, or in the rows that `when` matches. */
export type FieldMask = MaskMethod & { readonly when?: Filter };

/** By the field's name, in the target's words. */
export type FieldMasks = Readonly<Record<string, FieldMask>>;

/** PostgreSQL: `text` is a boolean expression over columns, with `$1…` for `params`. */
export interface SqlCondition {
  readonly text: string;
  readonly params: readonly Json[];
}

/** The answer of `POST /v1/plan`. `complete` says that nothing was left out: what can't be expressed is refused instead. */
export interface PlanAnswer {
  readonly kind: PlanKind;
  /** By target: `Filter`, a UCAST condition, a Prisma `where`, or `SqlCondition`. Absent where the kind says it all, but in `sql`, and in `prisma` where a table is declared. */
  readonly filter?: Filter | JsonObject | SqlCondition;
  readonly masks?: FieldMasks;
  /** What the enforcement point must do beside masking; one that it can't do makes the answer a denial. */
  readonly obligations?: readonly Obligation[];
  /** Why everything is denied, or what an observing enforcement point was not told. */
  readonly reasons?: readonly ReasonCode[];
  readonly policy_version: string | null;
  readonly complete: true;
}
