import { countryPlaces } from './country-places.js';
import type { CountryPlace, Place } from './place.js';

/** The continent of a place: its own, or else its country's; undefined where neither is known. */
export function continentOf(place: Pick<Place, 'country' | 'continent'>): string | undefined {
  return place.continent ?? countryOf(place)?.continent;
}

/** A circle that the place is in: its own, or else its country's; undefined where neither is known. */
export function circleOf(place: Place): Circle | undefined {
  return hasCoordinates(place) ? place : countryOf(place);
}

/** Coordinates are usable. Without a radius, it is a point. */
export interface Circle {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm?: number;
}

function countryOf({ country }: Pick<Place, 'country'>): CountryPlace | undefined {
  return country === undefined ? undefined : countryPlaces.get(country);
}

/** Whether the place has both coordinates and they are on the globe. */
export function hasCoordinates(place: Place): place is Located {
  return within(place.latitude, 90) && within(place.longitude, 180);
}

/** A place whose coordinates are usable. */
export type Located = Place & { readonly latitude: number; readonly longitude: number };

function within(degrees: number | undefined, bound: number): boolean {
  return degrees !== undefined && Math.abs(degrees) <= bound;
}
