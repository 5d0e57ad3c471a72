import type { JsonObject } from '@sallyport/contracts';

/** Cedar's datetime of an epoch millisecond; undefined where Cedar's calendar (years 0 to 9999) does not reach. */
export function datetimeValue(ms: number): JsonObject | undefined {
  if (!Number.isFinite(ms) || ms < -62_167_219_200_000 || ms > 253_402_300_799_999)
    return undefined;
  return { __extn: { fn: 'datetime', arg: new Date(ms).toISOString() } };
}

/** Cedar's ipaddr of a client's address; an IPv4 address in IPv6's clothes is IPv4. Undefined for what is no single address. */
export function ipValue(address: string): JsonObject | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const arg = mapped ?? address;
  return isIpv4(arg) || isIpv6(arg) ? { __extn: { fn: 'ip', arg } } : undefined;
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
