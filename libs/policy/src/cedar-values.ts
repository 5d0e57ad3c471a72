import type { JsonObject } from '@sallyport/contracts';

/** Cedar's datetime of an epoch millisecond; undefined where Cedar's calendar (years 0 to 9999) does not reach. */
export function datetimeValue(ms: number): JsonObject | undefined {
  const known = datetimeMs(ms);
  return known === undefined
    ? undefined
    : { __extn: { fn: 'datetime', arg: new Date(known).toISOString() } };
}

/** The whole milliseconds of a moment that Cedar's calendar reaches. */
export function datetimeMs(ms: number): number | undefined {
  const isKnown = ms >= -62_167_219_200_000 && ms <= 253_402_300_799_999;
  return isKnown ? Math.trunc(ms) + 0 : undefined;
}

/** Cedar's ipaddr of a client's address. */
export function ipValue(address: string): JsonObject | undefined {
  const arg = singleAddress(address);
  return arg === undefined ? undefined : { __extn: { fn: 'ip', arg } };
}

/** A client's address as Cedar writes it; an IPv4 address in IPv6's clothes is IPv4. Undefined for what is no single address. */
export function singleAddress(address: string): string | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const single = mapped ?? address;
  return isIpv4(single) || isIpv6(single) ? single : undefined;
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  // No leading zeros, as in Rust's parser: some readers take them for octal.
  return (
    parts.length === 4 &&
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  );
}

function isIpv6(text: string): boolean {
  const [head, tail, ...more] = text.split('::');
  if (head === undefined || more.length > 0) return false;
  const groups = [...groupsOf(head), ...groupsOf(tail ?? '')];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return tail === undefined ? groups.length === 8 : groups.length < 8;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
