import type { IssuerSettings } from '@sallyport/contracts';
import type { JWTVerifyGetKey } from 'jose';
import type { DefaultLimits } from './limits/pep-limiter.js';

/** What the decision door needs to know beside the facts. */
export abstract class DecideSettings {
  /** The root URL clients use: issuer of our tokens and base of all metadata. */
  abstract readonly publicUrl: string;
  /** A question that is not judged within this time is denied. */
  abstract readonly deadlineMs: number;
  /** Facts from a feed older than this are stale. */
  abstract readonly maxFeedAgeMs: number;
  /** Where the thread of Rego policies is, other than beside its caller. */
  abstract readonly regoScript?: URL;
  /** For enforcement points that declare none. */
  abstract readonly limits?: DefaultLimits;
  /** Seals the places where listings go on; the same in every process of the instance. */
  abstract readonly cursorKey: Uint8Array;
}

/** Where an address is, as far as the database knows. */
export interface GeoLocation {
  /** The address in its canonical form; an IPv4-mapped IPv6 address as IPv4. */
  readonly ip: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** Two letters, as in MaxMind's databases. */
  readonly continent?: string;
  /** ISO 3166-2 without the country. */
  readonly region?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly radiusKm?: number;
  readonly asn?: number;
  readonly anonymizer?: boolean;
}

/** Places addresses. Synchronous: the databases are in memory. */
export abstract class GeoLocator {
  /** Undefined when the text is no IP address. A private or unlisted address has only `ip`. */
  abstract locate(ip: string): GeoLocation | undefined;
}

/** An issuer with its `builtin` shorthand resolved to a URL. */
export interface TrustedIssuer extends IssuerSettings {
  readonly url: string;
}

/** Public keys of remote token issuers, cached. Slow or broken issuers hold up nobody but their own subjects. */
export abstract class IssuerKeys {
  /** A key look-up for `jwtVerify`; it rejects when the issuer's keys cannot be had in time. */
  abstract keysOf(issuer: TrustedIssuer): JWTVerifyGetKey;
}
