/** From its first instant until just before `endMs`. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The time that a FHIR `date`, `dateTime` or `instant` stands for (FHIR R4 §2.24.0.1): a whole UTC year, month or day, or a
 * second or millisecond, which must name its offset. Undefined when the text is none of these or no real date.
 */
export function parseFhirDate(text: string): Interval | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, zoneHour, zoneMinute] = match;
  const [y, m, d] = [Number(year), Number(month ?? 1), Number(day ?? 1)];
  if (m > 12 || m < 1 || d < 1 || d > daysIn(y, m)) return undefined;
  if (month === undefined) return { startMs: Date.UTC(y, 0), endMs: Date.UTC(y + 1, 0) };
  if (day === undefined) return { startMs: Date.UTC(y, m - 1), endMs: Date.UTC(y, m) };
  if (hour === undefined)
    return { startMs: Date.UTC(y, m - 1, d), endMs: Date.UTC(y, m - 1, d + 1) };
  const milliseconds = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  const offset = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * 60_000;
  const clock = [Number(hour), Number(minute), Number(second), milliseconds] as const;
  const startMs = Date.UTC(y, m - 1, d, ...clock) - (sign === '-' ? -offset : offset);
  return { startMs, endMs: startMs + (fraction === undefined ? 1000 : 1) };
}

// Years below 1000 are left out: Date.UTC would move those below 100 into the 20th century.
const PATTERN =
  /^([1-9]\d{3})(?:-(\d\d)(?:-(\d\d)(?:T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:Z|([+-])(0\d|1[0-4]):([0-5]\d)))?)?)?$/;

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
