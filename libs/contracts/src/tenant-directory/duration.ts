const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const LONGEST_SECONDS = 366 * UNITS.d;

/** Seconds in `90s`, `10m`, `4h` or `1d`, or in a whole number of seconds (`"300"`); undefined for anything else, nothing, or over a year. */
export function parseDurationSeconds(text: string): number | undefined {
  const match = /^([1-9]\d{0,8})([smhd]?)$/.exec(text);
  if (match === null) return undefined;
  const [, amount, unit] = match;
  const seconds = Number(amount) * (unit ? UNITS[unit as keyof typeof UNITS] : 1);
  return seconds <= LONGEST_SECONDS ? seconds : undefined;
}

/** The shortest text that `parseDurationSeconds` reads back as the same number: 5400 → `90m`. */
export function formatDuration(seconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    if (seconds % UNITS[unit] === 0) return `${String(seconds / UNITS[unit])}${unit}`;
  }
  return `${String(seconds)}s`;
}
