import type { EntityRef, NetworkFacts, ReasonCode } from '@sallyport/contracts';
import {
  anonymizerSignal,
  assessTravel,
  continentOf,
  isNews,
  type Place,
  type RiskSignal,
  travelSignal,
} from '@sallyport/risk';
import type { TenantFacts } from '../../registers/facts.ports.js';
import type { GeoLocation, GeoLocator } from '../decide.ports.js';
import { Remembered } from './remembered.js';

export interface Whereabouts {
  readonly network: NetworkFacts | undefined;
  /** What may be worth remembering as the subject's place; undefined where the address says nothing, or nothing new. */
  readonly sighting: Place | undefined;
  readonly travel: RiskSignal | undefined;
  readonly anonymizer: RiskSignal | undefined;
  /** What the address does not tell; undefined where it tells enough. */
  readonly missing: ReasonCode | undefined;
}

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

const NOWHERE: Whereabouts = {
  network: undefined,
  sighting: undefined,
  travel: undefined,
  anonymizer: undefined,
  missing: 'country-unknown',
};

/** Where the subject is, by its address, and whether it can be there after where it was last. */
export function findWhereabouts(
  tenant: TenantFacts,
  subject: EntityRef,
  from: { readonly ip?: string | undefined; readonly deviceId?: string | undefined },
  nowMs: number,
  geo: GeoLocator,
): Whereabouts {
  const location = from.ip === undefined ? undefined : geo.locate(from.ip);
  if (!location) return NOWHERE;
  const place = placeOf(location, nowMs, from.deviceId);
  const network = networks.get(location);
  const anonymizer = anonymizerSignal(place);
  const missing = network.country === undefined ? 'country-unknown' : undefined;
  if (place.country === undefined && place.latitude === undefined) {
    return { network, sighting: undefined, travel: undefined, anonymizer, missing };
  }
  const last = tenant.place(subject);
  const travel = travelSignal(assessTravel(last, place, tenant.settings.location));
  const sighting = isNews(last, place) ? place : undefined;
  return { network, sighting, travel, anonymizer, missing };
}

/** As if the subject asked from where it was seen last. */
export function lastWhereabouts(tenant: TenantFacts, subject: EntityRef): Whereabouts {
  const { country } = tenant.place(subject) ?? {};
  if (country === undefined) return NOWHERE;
  return { ...NOWHERE, network: networkOf({ ip: '', country }), missing: undefined };
}

// Whoever places addresses remembers where they are, and gives the same object again.
const networks = new Remembered(networkOf);

// Both take member by member what the location has: with rest and spread they would cost more than finding it.

function placeOf(location: GeoLocation, atMs: number, deviceId: string | undefined): Place {
  const place: Writable<Place> = { atMs };
  if (location.country !== undefined) place.country = location.country;
  if (location.continent !== undefined) place.continent = location.continent;
  if (location.latitude !== undefined) place.latitude = location.latitude;
  if (location.longitude !== undefined) place.longitude = location.longitude;
  if (location.radiusKm !== undefined) place.radiusKm = location.radiusKm;
  if (location.anonymizer !== undefined) place.anonymizer = location.anonymizer;
  if (deviceId !== undefined) place.deviceId = deviceId;
  return place;
}

/** A database of countries alone does not know the continent; the country does. */
function networkOf(location: GeoLocation): NetworkFacts {
  const network: Writable<NetworkFacts> = { ip: location.ip };
  const continent = continentOf(location);
  if (location.country !== undefined) network.country = location.country;
  if (continent !== undefined) network.continent = continent;
  if (location.region !== undefined) network.region = location.region;
  if (location.asn !== undefined) network.asn = location.asn;
  if (location.anonymizer !== undefined) network.anonymizer = location.anonymizer;
  return network;
}
