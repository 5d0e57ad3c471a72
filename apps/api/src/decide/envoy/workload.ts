import type { Pep } from '../../registers/facts.ports.js';
import { isSpiffeId } from './spiffe-id.js';
import { Unaskable } from './unaskable.js';
import { readXfcc, type XfccElement } from './xfcc.js';

/** The workload that called the proxy, and whose word that is: the proxy's own handshake, or the header of one before it. */
export interface Workload {
  readonly spiffeId: string;
  readonly source: 'principal' | 'xfcc';
}

interface Seen {
  /** `attributes.source.principal`: what the proxy's own mutual TLS handshake proved. */
  readonly principal: string | undefined;
  readonly xfcc: string | undefined;
  readonly trustedHops: number;
}

/**
 * Who called, by SPIFFE ID; undefined where that is not known. x-forwarded-client-cert counts only where the enforcement point is
 * trusted for `xfcc` by name, for a client may write that header too. Throws Unaskable where it is malformed or shorter than the
 * chain of proxies, and where the nearest element speaks of another than the principal.
 */
export function workloadOf(pep: Pep, { principal, xfcc, trustedHops }: Seen): Workload | undefined {
  const proved = principal?.startsWith('spiffe:') ? valid(principal) : undefined;
  const byHandshake = proved === undefined ? undefined : workload(proved, 'principal');
  // Not by `*`: that is about what the enforcement point says, and this is about whom it lets speak.
  if (xfcc === undefined || !pep.trustedProperties?.has('xfcc')) return byHandshake;
  const elements = readXfcc(xfcc);
  if (!elements) throw new Unaskable('request-invalid', 'x-forwarded-client-cert is malformed');
  const nearest = urisOf(elements.at(-1));
  if (proved !== undefined && nearest.length > 0 && !isOnly(proved, nearest)) {
    throw new Unaskable('subject-mismatch', 'x-forwarded-client-cert names another principal');
  }
  if (trustedHops === 0 && byHandshake) return byHandshake;
  if (elements.length === 0 && trustedHops === 0) return undefined;
  const farthest = elements.at(-1 - trustedHops);
  if (!farthest) throw new Unaskable('request-invalid', 'x-forwarded-client-cert lacks a proxy');
  const [uri, ...others] = urisOf(farthest);
  // A certificate of a workload has exactly one (X509-SVID §2); with more, or none, it names nobody.
  return uri !== undefined && others.length === 0 && isSpiffeId(uri)
    ? workload(uri, 'xfcc')
    : undefined;
}

function valid(principal: string): string {
  if (isSpiffeId(principal)) return principal;
  throw new Unaskable('request-invalid', 'the principal is not a SPIFFE ID');
}

function workload(spiffeId: string, source: Workload['source']): Workload {
  return { spiffeId, source };
}

function urisOf(element: XfccElement | undefined): readonly string[] {
  return element?.get('uri')?.filter((uri) => uri !== '') ?? [];
}

function isOnly(spiffeId: string, uris: readonly string[]): boolean {
  return uris.length === 1 && uris[0] === spiffeId;
}
