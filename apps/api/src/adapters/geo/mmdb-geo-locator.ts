import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Reader, type Response } from 'maxmind';
import { GeoLocator, type GeoLocation } from '../../decide/decide.ports.js';
import { canonicalIp, isGlobal } from './ip-address.js';
import { type AsnRecord, fromAsn, fromPlace, type PlaceRecord } from './mmdb-records.js';

export interface GeoDatabasePaths {
  /** A City or Country database in MaxMind's format; the embedded country database when absent. */
  readonly mmdbPath?: string | undefined;
  /** An ASN or Anonymous-IP database. */
  readonly asnMmdbPath?: string | undefined;
}

// Some 2 MB; people come back from where they were, and looking an address up costs as much as the rest of a decision's facts.
const MAX_REMEMBERED = 10_000;

/** Places addresses by databases read into memory at start. */
export class MmdbGeoLocator extends GeoLocator {
  private readonly remembered = new Map<string, GeoLocation | undefined>();

  private constructor(
    private readonly places: Reader<PlaceRecord & Response>,
    private readonly networks: Reader<AsnRecord & Response> | undefined,
  ) {
    super();
  }

  /** Rejects when a database cannot be read: a broker that cannot place anybody should not start. */
  static async open({ mmdbPath, asnMmdbPath }: GeoDatabasePaths): Promise<MmdbGeoLocator> {
    const places = new Reader<PlaceRecord & Response>(await readFile(mmdbPath ?? embeddedPath()));
    const networks =
      asnMmdbPath === undefined
        ? undefined
        : new Reader<AsnRecord & Response>(await readFile(asnMmdbPath));
    return new MmdbGeoLocator(places, networks);
  }

  locate(text: string): GeoLocation | undefined {
    const known = this.remembered.get(text);
    if (known !== undefined || this.remembered.has(text)) return known;
    // The databases never change, so that nothing is ever stale: forgetting is for the sake of memory alone.
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    const location = this.lookUp(text);
    this.remembered.set(text, location);
    return location;
  }

  private lookUp(text: string): GeoLocation | undefined {
    const ip = canonicalIp(text);
    if (ip === undefined) return undefined;
    if (!isGlobal(ip)) return { ip };
    const network = this.networks ? fromAsn(find(this.networks, ip)) : {};
    return { ip, ...fromPlace(find(this.places, ip)), ...network };
  }
}

function embeddedPath(): string {
  const require = createRequire(import.meta.url);
  return require.resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb');
}

/** A database for IPv4 alone cannot be asked about IPv6. */
function find<T extends Response>(reader: Reader<T>, ip: string): T | null {
  if (reader.metadata.ipVersion === 4 && ip.includes(':')) return null;
  return reader.get(ip);
}
