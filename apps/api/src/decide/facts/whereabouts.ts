import type { EntityRef, NetworkFacts, ReasonCode } from '@sallyport/contracts';
import {
  anonymizerSignal,
  assessTravel,
  locate,
  type Place,
  type RiskSignal,
  travelSignal,
} from '@sallyport/risk';
import type { TenantFacts } from '../../registers/facts.ports.js';
import type { GeoLocation, GeoLocator } from '../decide.ports.js';

export interface Whereabouts {
  readonly network?: NetworkFacts;
  /** What to remember as the subject's place; absent where the address says nothing. */
  readonly sighting?: Place;
  readonly signals: readonly (RiskSignal | undefined)[];
  readonly missing: readonly ReasonCode[];
}

/** Where the subject is, by its address, and whether it can be there after where it was last. */
export function findWhereabouts(
  tenant: TenantFacts,
  subject: EntityRef,
  from: { readonly ip?: string; readonly deviceId?: string },
  nowMs: number,
  geo: GeoLocator,
): Whereabouts {
  const location = from.ip === undefined ? undefined : geo.locate(from.ip);
  if (!location) return { signals: [], missing: ['country-unknown'] };
  const place = placeOf(location, nowMs, from.deviceId);
  const network = networkOf(location, locate(place));
  const missing: readonly ReasonCode[] = network.country === undefined ? ['country-unknown'] : [];
  if (place.country === undefined && place.latitude === undefined) {
    return { network, signals: [anonymizerSignal(place)], missing };
  }
  const travel = assessTravel(tenant.place(subject), place, tenant.settings.location);
  const signals = [travelSignal(travel), anonymizerSignal(place)];
  return { network, sighting: place, signals, missing };
}

/** As if the subject asked from where it was seen last. */
export function lastWhereabouts(tenant: TenantFacts, subject: EntityRef): Whereabouts {
  const { country } = tenant.place(subject) ?? {};
  if (country === undefined) return { signals: [], missing: ['country-unknown'] };
  return {
    network: networkOf({ ip: '', country }, locate({ country, atMs: 0 })),
    signals: [],
    missing: [],
  };
}

function placeOf(location: GeoLocation, atMs: number, deviceId: string | undefined): Place {
  const { ip: _ip, region: _region, asn: _asn, ...where } = location;
  return { ...where, atMs, ...(deviceId === undefined ? {} : { deviceId }) };
}

/** A database of countries alone does not know the continent; the country does. */
function networkOf(location: GeoLocation, { continent }: Place): NetworkFacts {
  const { latitude: _lat, longitude: _lon, radiusKm: _radius, ...network } = location;
  return continent === undefined ? network : { ...network, continent };
}
