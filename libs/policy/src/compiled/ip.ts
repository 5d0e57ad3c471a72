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
    return this.groups.every((group, at) => {
      const fixed = Math.min(16, Math.max(0, range.prefix - 16 * at));
      return (group ^ (range.groups[at] ?? 0)) >> (16 - fixed) === 0;
    });
  }

  override toString(): string {
    const bytes = this.groups.flatMap((group) => [group >> 8, group & 0xff]);
    const address = this.isIpv4
      ? bytes.join('.')
      : this.groups.map((group) => group.toString(16)).join(':');
    return `${address}/${String(this.prefix)}`;
  }
}

export function parseIp(text: string): IpValue {
  const [address = '', prefix, ...more] = text.split('/');
  const groups = text.length > MAX_LENGTH || more.length > 0 ? undefined : parseAddress(address);
  if (groups === undefined) throw new PolicyFault(`${JSON.stringify(text)} is no IP address`);
  const bits = groups.length * 16;
  if (prefix === undefined) return new IpValue(groups, bits);
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(prefix) || Number(prefix) > bits)
    throw new PolicyFault(`${JSON.stringify(text)} has no valid prefix length`);
  return new IpValue(groups, Number(prefix));
}

function parseAddress(text: string): number[] | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.');
  // No leading zeros: some readers take them for octal.
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part)))
    return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  return [a, b, c, d].every((byte) => byte <= 255) ? [a * 256 + b, c * 256 + d] : undefined;
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
