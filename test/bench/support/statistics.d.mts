export function percentile(values: Iterable<number>, share: number): number;
export function median(values: Iterable<number>): number;
export function medianRatio(a: readonly number[], b: readonly number[]): number;
export function histogramOf(
  values: readonly number[],
  options?: { readonly bins?: number; readonly max?: number },
): { readonly from: number; readonly to: number; readonly count: number }[];
export function rounded(value: number, digits?: number): number | null;
