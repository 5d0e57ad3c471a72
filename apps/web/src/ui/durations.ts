const UNITS = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3_600, name: 'h' },
  { seconds: 60, name: 'min' },
  { seconds: 1, name: 's' },
] as const;

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3_600,
  hour: 3_600,
  hours: 3_600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
};

const PART = /(\d{1,9})\s*([a-z]+)/g;
const WHOLE = /^(\d{1,9}\s*[a-z]+\s*)+$/;

/** "9 min 40 s": the largest unit and the one below it, rounded down; "0 s" for nothing or less. For what ticks. */
export function formatDuration(seconds: number): string {
  const parts = partsOf(seconds);
  const at = parts.findIndex((part) => part.count > 0);
  return at === -1 ? '0 s' : textOf(parts.slice(at, at + 2));
}

/** "1 d 2 h 30 min": every unit, nothing lost, so that `parseDuration` gives the same seconds. For what is decided on. */
export function exactDuration(seconds: number): string {
  return textOf(partsOf(seconds)) || '0 s';
}

/**
 * Seconds of what a person typed: "10 min", "1h 30m", "90 s", "2 days"; a bare number counts minutes. Undefined for
 * anything else, for zero, and for more than the API can count.
 */
export function parseDuration(text: string): number | undefined {
  const typed = text.trim().toLowerCase();
  if (/^\d{1,6}$/.test(typed)) return positive(Number(typed) * 60);
  if (!WHOLE.test(typed)) return undefined;
  let total = 0;
  for (const [, count, unit] of typed.matchAll(PART)) {
    const seconds = UNIT_SECONDS[unit ?? ''];
    if (seconds === undefined) return undefined;
    total += Number(count) * seconds;
  }
  return positive(total);
}

/** "in 5 min", "12 s ago", "just now" for a distance in milliseconds (positive = future). */
export function formatRelative(distanceMs: number): string {
  const seconds = Math.round(Math.abs(distanceMs) / 1000);
  if (seconds < 5) return 'just now';
  const largest = partsOf(seconds).find((part) => part.count > 0);
  const text = largest ? textOf([largest]) : '0 s';
  return distanceMs > 0 ? `in ${text}` : `${text} ago`;
}

/** "2026-11-22 06:21:04 UTC", with milliseconds when asked. An unreadable time is returned as it is. */
export function formatUtc(iso: string, withMillis = false): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const text = time.toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, withMillis ? 23 : 19)} UTC`;
}

interface Part {
  readonly count: number;
  readonly name: string;
}

function partsOf(seconds: number): readonly Part[] {
  let rest = Math.max(0, Math.floor(seconds));
  return UNITS.map((unit) => {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    return { count, name: unit.name };
  });
}

function textOf(parts: readonly Part[]): string {
  return parts
    .filter((part) => part.count > 0)
    .map((part) => `${part.count} ${part.name}`)
    .join(' ');
}

// The API counts seconds in GraphQL's 32-bit Int.
const MAX_SECONDS = 2 ** 31 - 1;

function positive(seconds: number): number | undefined {
  return seconds > 0 && seconds <= MAX_SECONDS ? seconds : undefined;
}
