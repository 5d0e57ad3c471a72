import { countryPlaces } from './country-places.js';
import type { Place } from './place.js';

/**
 * The place with what its country implies filled in: the continent, and coordinates with a radius that covers the whole
 * country when it has no usable coordinates of its own. A country that is not listed adds nothing.
 */
export function locate(place: Place): Place {
  const known = place.country === undefined ? undefined : countryPlaces.get(place.country);
  if (known === undefined) return place;
  const { continent, ...circle } = known;
  return { continent, ...place, ...(hasCoordinates(place) ? {} : circle) };
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
