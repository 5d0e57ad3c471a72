import type { JsonObject } from '@sallyport/contracts';
import { parseAddress } from './compiled/ip.js';

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

/** Cedar's ipaddr of a client's address; undefined for what is no single address. */
export function ipValue(address: string): JsonObject | undefined {
  const arg = unmappedAddress(address);
  return parseAddress(arg) === undefined ? undefined : { __extn: { fn: 'ip', arg } };
}

/** An IPv4 address in IPv6's clothes is IPv4. */
export function unmappedAddress(address: string): string {
  if (!address.startsWith('::')) return address;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
