const EARTH_RADIUS_KM = 6371.0088;
const RADIANS_PER_DEGREE = Math.PI / 180;

/** A point on the globe in degrees (WGS 84). */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Great-circle distance in km by the haversine formula on a sphere; within 0.6 % of the ellipsoid. */
export function distanceKm(a: Point, b: Point): number {
  const haversine =
    halfChordSquared(b.latitude - a.latitude) +
    Math.cos(a.latitude * RADIANS_PER_DEGREE) *
      Math.cos(b.latitude * RADIANS_PER_DEGREE) *
      halfChordSquared(b.longitude - a.longitude);
  // Rounding can lift antipodes above 1, where asin has no value.
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, haversine)));
}

function halfChordSquared(degrees: number): number {
  return Math.sin((degrees * RADIANS_PER_DEGREE) / 2) ** 2;
}
