const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/;

/** A non-negative safe integer written without leading zeroes, as the C2SP formats require; undefined otherwise. */
export function parseDecimal(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Whether the value can be a tree size or an entry index. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
