import type { GeoLocation } from '../../decide/decide.ports.js';

/** What City and Country databases (MaxMind) and the embedded one (`country_code`) hold. */
export interface PlaceRecord {
  readonly country_code?: string;
  readonly country?: { readonly iso_code?: string };
  readonly registered_country?: { readonly iso_code?: string };
  readonly continent?: { readonly code?: string };
  readonly subdivisions?: readonly { readonly iso_code?: string }[];
  readonly location?: {
    readonly latitude?: number;
    readonly longitude?: number;
    readonly accuracy_radius?: number;
  };
}

/** What ASN and Anonymous-IP databases hold. */
export interface AsnRecord {
  readonly autonomous_system_number?: number;
  readonly is_anonymous?: boolean;
}

type Place = Omit<GeoLocation, 'ip' | 'asn' | 'anonymizer'>;

/** Names that are not of the expected shape are dropped: a database is input like any other. */
export function fromPlace(record: PlaceRecord | null): Place {
  if (record === null) return {};
  const country = code(record.country_code ?? record.country?.iso_code, /^[A-Z]{2}$/);
  const continent = code(record.continent?.code, /^[A-Z]{2}$/);
  const region = code(record.subdivisions?.[0]?.iso_code, /^[A-Z0-9]{1,3}$/);
  const { latitude, longitude, accuracy_radius: radiusKm } = record.location ?? {};
  return {
    ...(country === undefined ? {} : { country }),
    ...(continent === undefined ? {} : { continent }),
    ...(region === undefined ? {} : { region }),
    ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
    ...(radiusKm === undefined ? {} : { radiusKm }),
  };
}

export function fromAsn(record: AsnRecord | null): Pick<GeoLocation, 'asn' | 'anonymizer'> {
  const { autonomous_system_number: asn, is_anonymous: anonymizer } = record ?? {};
  return {
    ...(Number.isSafeInteger(asn) ? { asn: asn as number } : {}),
    ...(anonymizer === undefined ? {} : { anonymizer }),
  };
}

function code(value: unknown, shape: RegExp): string | undefined {
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}
