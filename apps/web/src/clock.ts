import { useEffect, useState } from 'react';

let skewMs = 0;

/** Milliseconds since the epoch by the broker's clock, as far as its answers told: what ends, ends by that clock. */
export function serverNow(): number {
  return Date.now() + skewMs;
}

/**
 * Learns the broker's clock from an answer's `Date` header and the moments before and after the exchange. The header
 * counts whole seconds, so differences below two seconds are ignored.
 */
export function learnServerTime(
  dateHeader: string | null,
  sentMs: number,
  receivedMs: number,
): void {
  const told = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(told)) return;
  const measured = told + 500 - (sentMs + receivedMs) / 2;
  skewMs = Math.abs(measured) < 2000 ? 0 : Math.round(measured);
}

/** The broker's time, refreshed every `intervalMs`. */
export function useNow(intervalMs = 1000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  return now;
}
