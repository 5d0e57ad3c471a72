import { PolicyFault } from './fault.js';
import { add, digits, modulo, subtract, toLong } from './long.js';
import { ExtensionValue, type Long } from './value.js';

const DAY_MS = 86_400_000;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})/;
const TIME = /^T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?(?:Z|([+-])([0-9]{2})([0-9]{2}))$/;
const DURATION = /^-?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?$/;
const UNITS_MS = [86_400_000n, 3_600_000n, 60_000n, 1000n, 1n] as const;

/** Cedar's datetime: milliseconds since 1970, a long. */
export class DatetimeValue extends ExtensionValue {
  readonly typeName = 'datetime';

  constructor(readonly ms: Long) {
    super();
  }

  override get key(): string {
    return String(this.ms);
  }

  /** Midnight (UTC) of its day. */
  toDate(): DatetimeValue {
    return new DatetimeValue(subtract(this.ms, modulo(this.ms, DAY_MS)));
  }

  toTime(): DurationValue {
    return new DurationValue(modulo(this.ms, DAY_MS));
  }

  offset({ ms }: DurationValue): DatetimeValue {
    return new DatetimeValue(add(this.ms, ms));
  }

  durationSince({ ms }: DatetimeValue): DurationValue {
    return new DurationValue(subtract(this.ms, ms));
  }
}

/** Cedar's duration: milliseconds, a long. */
export class DurationValue extends ExtensionValue {
  readonly typeName = 'duration';

  constructor(readonly ms: Long) {
    super();
  }

  override get key(): string {
    return String(this.ms);
  }
}

/** `2026-03-01`, `2026-03-01T12:00:00Z`, `2026-03-01T12:00:00.500+0100`. */
export function parseDatetime(text: string): DatetimeValue {
  const [date, year, month, day] = DATE.exec(text) ?? [];
  const days =
    date === undefined ? undefined : daysSince1970(Number(year), Number(month), Number(day));
  const timeMs = date === undefined || date === text ? 0 : timeOf(text.slice(date.length));
  if (days === undefined || timeMs === undefined)
    throw new PolicyFault(`${JSON.stringify(text)} is no datetime`);
  return new DatetimeValue(days * DAY_MS + timeMs);
}

/** `1d2h3m4s5ms`, any part of it, with or without a minus in front. Each unit and the sum must fit into 64 bits. */
export function parseDuration(text: string): DurationValue {
  const match = text === '' || text === '-' ? null : DURATION.exec(text);
  if (match === null) throw new PolicyFault(`${JSON.stringify(text)} is no duration`);
  const sign = text.startsWith('-') ? -1n : 1n;
  let total = 0n;
  // Smallest unit first, as Cedar adds them: what overflows on the way is an error even if the sum would not be.
  for (let at = UNITS_MS.length - 1; at >= 0; at--) {
    const count = digits(match[at + 1] ?? '');
    const part = count === undefined ? undefined : count * (UNITS_MS[at] ?? 1n);
    total += sign * (part ?? 0n);
    // The milliseconds alone may reach down to -2^63.
    const isTooLarge =
      part === undefined || (at < UNITS_MS.length - 1 && toLong(part) === undefined);
    if (isTooLarge || toLong(total) === undefined)
      throw new PolicyFault(`the duration ${text} overflows`);
  }
  return new DurationValue(toLong(total) ?? 0);
}

function timeOf(text: string): number | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0, ms = 0] = match
    .slice(1, 5)
    .map((part) => Number(part ?? 0));
  const [offsetHours = 0, offsetMinutes = 0] = match.slice(6, 8).map((part) => Number(part ?? 0));
  if (hours > 23 || minutes > 59 || seconds > 59 || offsetHours > 23 || offsetMinutes > 59)
    return undefined;
  const offset = (offsetHours * 60 + offsetMinutes) * (match[5] === '-' ? -1 : 1);
  return ((hours * 60 + minutes - offset) * 60 + seconds) * 1000 + ms;
}

/** Of the proleptic Gregorian calendar; undefined for a day that it does not have. */
function daysSince1970(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  // `Date.UTC` takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDay ? date.getTime() / DAY_MS : undefined;
}
