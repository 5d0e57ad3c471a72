/** Two-letter continent codes as in MaxMind's databases. */
export type Continent = 'AF' | 'AN' | 'AS' | 'EU' | 'NA' | 'OC' | 'SA';

/** A country reduced to a circle: centre in degrees (WGS 84) and the distance in km to its farthest border. */
export interface CountryPlace {
  readonly continent: Continent;
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm: number;
}

/** Where a subject's address was seen, as precisely as the source knows. Degrees are WGS 84; a missing field is unknown. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly continent?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  /** The true position is within this distance of the coordinates. */
  readonly radiusKm?: number;
  readonly atMs: number;
  readonly deviceId?: string;
  /** The address belongs to a VPN, proxy, relay or Tor: it tells where the exit is, not where the subject is. */
  readonly anonymizer?: boolean;
}
