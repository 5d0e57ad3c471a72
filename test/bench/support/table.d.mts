type Rows = readonly Readonly<Record<string, number | string | null>>[];
export function shown(value: number | string | null | undefined): string;
export function textTable(rows: Rows): string;
export function markdownTable(rows: Rows): string;
export function verdictOf(goal: {
  readonly value: number;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}): string;
