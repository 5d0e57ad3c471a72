import { PolicyFault } from './fault.js';
import { ExtensionValue } from './value.js';

// The longest there is: eight groups of four digits and /128.
const MAX_LENGTH = 43;

/** Cedar's ipaddr: an address, or the range of all that share its first `prefix` bits. Host bits are kept: they count for equality. */
export class IpValue extends ExtensionValue {
  readonly typeName = 'ipaddr';

  constructor(
    /** 4 or 16 bytes as groups of 16 bits: two groups are IPv4, eight are IPv6. */
    readonly groups: readonly number[],
    readonly prefix: number,
  ) {
    super();
  }

  get isIpv4(): boolean {
    return this.groups.length === 2;
  }

  override get key(): string {
    return `${this.groups.join('.')}/${String(this.prefix)}`;
  }

  get isLoopback(): boolean {
    const [first = 0] = this.groups;
    if (this.isIpv4) return first >> 8 === 127 && this.prefix >= 8;
    return this.prefix === 128 && this.groups.every((group, at) => group === (at === 7 ? 1 : 0));
  }

  get isMulticast(): boolean {
    const [first = 0] = this.groups;
    return this.isIpv4
      ? first >> 12 === 0xe && this.prefix >= 4
      : first >> 8 === 0xff && this.prefix >= 8;
  }

  /** Whether each of its addresses is one of the other range's; never across families. */
  isInRange(range: IpValue): boolean {
    if (this.groups.length !== range.groups.length || this.prefix < range.prefix) return false;
    for (let at = 0; at < this.groups.length; at++) {
      const fixed = Math.min(16, Math.max(0, range.prefix - 16 * at));
      const difference = (this.groups[at] ?? 0) ^ (range.groups[at] ?? 0);
      if (difference >> (16 - fixed) !== 0) return false;
    }
    return true;
  }

  override toString(): string {
    const bytes = this.groups.flatMap((group) => [group >> 8, group & 0xff]);
    const address = this.isIpv4
      ? bytes.join('.')
      : this.groups.map((group) => group.toString(16)).join(':');
    return `${address}/${String(this.prefix)}`;
  }
}

/** An address, or a range with its prefix length behind a slash. */
export function parseIp(text: string): IpValue {
  const slash = text.indexOf('/');
  const address =
    text.length > MAX_LENGTH ? undefined : parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) throw new PolicyFault(`${JSON.stringify(text)} is no IP address`);
  if (slash < 0) return address;
  const prefix = text.slice(slash + 1);
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(prefix) || Number(prefix) > address.prefix)
    throw new PolicyFault(`${JSON.stringify(text)} has no valid prefix length`);
  return new IpValue(address.groups, Number(prefix));
}

/** A single address; undefined for what is none. */
export function parseAddress(text: string): IpValue | undefined {
  if (text.includes(':')) {
    const groups = parseIpv6(text);
    return groups && new IpValue(groups, 128);
  }
  const groups = parseIpv4(text);
  return groups && new IpValue(groups, 32);
}

const [ZERO, NINE, DOT] = [0x30, 0x39, 0x2e];

/** Reads character by character: it is asked for most decisions. */
function parseIpv4(text: string): number[] | undefined {
  let [address, parts, byte, digits] = [0, 0, 0, 0];
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : DOT;
    if (code >= ZERO && code <= NINE) {
      // No leading zeros: some readers take them for octal.
      if (digits > 0 && byte === 0) return undefined;
      byte = byte * 10 + code - ZERO;
      digits++;
    } else if (code !== DOT || digits === 0) return undefined;
    else {
      address = address * 256 + byte;
      parts++;
      [byte, digits] = [0, 0];
    }
    if (byte > 255) return undefined;
  }
  return parts === 4 ? [Math.floor(address / 65_536), address % 65_536] : undefined;
}

/** IPv4 in IPv6's clothes (`::ffff:1.2.3.4`) is refused, as Cedar refuses it. */
function parseIpv6(text: string): number[] | undefined {
  const [head = '', tail, ...more] = text.split('::');
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')];
  const missing = 8 - left.length - right.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  if (![...left, ...right].every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const hex = (group: string) => Number.parseInt(group, 16);
  return [...left.map(hex), ...new Array<number>(missing).fill(0), ...right.map(hex)];
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
