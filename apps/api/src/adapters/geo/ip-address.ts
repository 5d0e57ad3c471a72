import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * One spelling for an address: IPv6 in lower case and compressed (RFC 5952), IPv4-mapped IPv6 as IPv4, no zone. Undefined
 * for everything that is no address.
 */
export function canonicalIp(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const compressed = new URL(`http://[${text}]`).hostname.slice(1, -1);
  return mappedIpv4(compressed) ?? compressed;
}

/** Whether the address can be somewhere: private, local, shared and reserved ranges are nowhere (RFC 6890). */
export function isGlobal(ip: string): boolean {
  return ip.includes(':') ? !nowhere6.check(ip, 'ipv6') : !nowhere4.check(ip, 'ipv4');
}

/** `::ffff:0:0/96` (RFC 4291 §2.5.5.2), as the URL standard writes it. */
function mappedIpv4(ip: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(ip) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 0xff, b >> 8, b & 0xff].join('.');
}

// Two lists, for one would find every IPv4 address, as an IPv4-mapped one, in `::/8`.
const nowhere4 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  nowhere4.addSubnet(net, prefix, 'ipv4');
}
const nowhere6 = new BlockList();
for (const [net, prefix] of [
  ['::', 8],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  nowhere6.addSubnet(net, prefix, 'ipv6');
}
