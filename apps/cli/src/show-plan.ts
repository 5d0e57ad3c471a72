import type { Problem } from '@sallyport/contracts';
import { problemLine } from './show-problems.js';

/** What the broker answers to a plan or an apply. */
export interface ShownPlan {
  readonly tenant: string;
  readonly applied: boolean;
  readonly policyVersion?: string;
  readonly items: readonly {
    readonly action: 'create' | 'update' | 'delete';
    readonly kind: string;
    readonly name: string;
    readonly changes?: readonly string[];
  }[];
  readonly itemsLeftOut: number;
  readonly counts: readonly {
    readonly kind: string;
    readonly create: number;
    readonly update: number;
    readonly delete: number;
  }[];
  readonly warnings: readonly Problem[];
}

const SIGNS = { create: '+', update: '~', delete: '-' } as const;

/** The plan as people read it: one line for each object, then the sum, then what to do next. */
export function planLines(directory: string, plan: ShownPlan): string[] {
  const warnings = plan.warnings.map((warning) => `warning: ${problemLine(directory, warning)}`);
  if (plan.items.length === 0) {
    return [...warnings, `${plan.tenant} is already what ${directory} says; nothing changes.`];
  }
  return [
    ...plan.items.flatMap(({ action, kind, name, changes = [] }) => [
      `${SIGNS[action]} ${kind} ${name}`,
      ...changes.map((change) => `    ${change}`),
    ]),
    ...(plan.itemsLeftOut > 0 ? [`  and ${plan.itemsLeftOut} more`] : []),
    ...warnings,
    `${plan.applied ? 'Applied to' : 'Plan for'} ${plan.tenant}: ${sumOf(plan)}.`,
    ...(plan.applied ? [] : ['Nothing was applied. Say --yes to apply.']),
  ];
}

function sumOf({ counts }: ShownPlan): string {
  const total = (action: keyof typeof SIGNS) =>
    counts.reduce((sum, count) => sum + count[action], 0);
  return `${total('create')} created, ${total('update')} updated, ${total('delete')} deleted`;
}
