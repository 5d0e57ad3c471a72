import type { Problem } from '@sallyport/contracts';
import type { RowKind } from './directory-rows.js';

export type PlanAction = 'create' | 'update' | 'delete';
export type PlanKind = 'tenant' | 'tests' | 'policy' | RowKind;

/** One object that an apply would touch. */
export interface PlanItem {
  readonly action: PlanAction;
  readonly kind: PlanKind;
  readonly name: string;
  /** For an update: what changes, for people. */
  readonly changes?: readonly string[];
}

export interface PlanCount {
  readonly kind: PlanKind;
  readonly create: number;
  readonly update: number;
  readonly delete: number;
}

/** What an apply would do, or did. */
export interface TenantPlan {
  readonly tenant: string;
  readonly isNew: boolean;
  /** Content address of the directory's policies; absent where it has none. */
  readonly policyVersion?: string;
  /** One count for every kind that changes. */
  readonly counts: readonly PlanCount[];
  /** The first thousand. */
  readonly items: readonly PlanItem[];
  readonly itemsLeftOut: number;
  readonly warnings: readonly Problem[];
}

/** A directory that cannot be applied: nothing was changed. */
export interface Refused {
  readonly ok: false;
  readonly problems: readonly Problem[];
}

export type PlanResult = { readonly ok: true; readonly plan: TenantPlan } | Refused;

export type ApplyResult =
  { readonly ok: true; readonly plan: TenantPlan; readonly changed: boolean } | Refused;

const MAX_ITEMS = 1_000;

export function countsOf(items: readonly PlanItem[]): PlanCount[] {
  const counts = new Map<PlanKind, Record<PlanAction, number>>();
  for (const { kind, action } of items) {
    const count = counts.get(kind) ?? { create: 0, update: 0, delete: 0 };
    count[action] += 1;
    counts.set(kind, count);
  }
  return [...counts].map(([kind, count]) => ({ kind, ...count }));
}

export function planOf(
  items: readonly PlanItem[],
  about: Pick<TenantPlan, 'tenant' | 'isNew' | 'policyVersion' | 'warnings'>,
): TenantPlan {
  const shown = items.slice(0, MAX_ITEMS);
  return {
    ...about,
    counts: countsOf(items),
    items: shown,
    itemsLeftOut: items.length - shown.length,
  };
}
