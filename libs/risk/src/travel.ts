import { distanceKm } from './distance.js';
import { type Circle, circleOf } from './locate.js';
import type { Place } from './place.js';
import type { RiskSignal } from './signal.js';

/** What counts as a journey nobody can make. */
export interface TravelSettings {
  readonly maxSpeedKmh: number;
  /** Shorter distances are the noise of address databases and never judged. */
  readonly minDistanceKm: number;
}

/** 1000 km/h is an airliner with a tail wind. */
export const defaultTravelSettings: TravelSettings = { maxSpeedKmh: 1000, minDistanceKm: 50 };

/** `distanceKm` is what remains after both radii; `unknown` means that one of the two places says nothing about the subject. */
export type TravelAssessment =
  | { readonly verdict: 'unknown' }
  | { readonly verdict: 'possible'; readonly distanceKm: number; readonly speedKmh: number }
  | {
      readonly verdict: 'impossible';
      readonly distanceKm: number;
      readonly speedKmh: number;
      /** Both places were reported by one device: more likely a wrong database than a stolen token. */
      readonly sameDevice: boolean;
      readonly reason: 'impossible-travel';
    };

/**
 * Whether the subject can have been at both places. The order of the two does not matter: requests overtake each other.
 * A place known by country alone stands for the whole country.
 */
export function assessTravel(
  previous: Place | undefined,
  current: Place,
  settings: TravelSettings = defaultTravelSettings,
): TravelAssessment {
  if (previous === undefined || previous.anonymizer || current.anonymizer) return unknown;
  const from = circleOf(previous);
  const to = circleOf(current);
  if (from === undefined || to === undefined) return unknown;
  const apart = distanceKm(from, to) - radius(from) - radius(to);
  const distance = Math.max(0, apart);
  const speedKmh = distance / hoursBetween(previous, current);
  if (!Number.isFinite(speedKmh)) return unknown;
  if (distance <= settings.minDistanceKm || speedKmh <= settings.maxSpeedKmh) {
    return { verdict: 'possible', distanceKm: distance, speedKmh };
  }
  const sameDevice = previous.deviceId !== undefined && previous.deviceId === current.deviceId;
  const reason = 'impossible-travel';
  return { verdict: 'impossible', distanceKm: distance, speedKmh, sameDevice, reason };
}

/** The signal of a journey that is impossible; one device at both ends mitigates it and does not erase it. */
export function travelSignal(travel: TravelAssessment): RiskSignal | undefined {
  if (travel.verdict !== 'impossible') return undefined;
  return { reason: travel.reason, mitigated: travel.sameDevice };
}

const unknown: TravelAssessment = { verdict: 'unknown' };
const MS_PER_HOUR = 3_600_000;
// Two requests in one second would otherwise turn the width of a city into supersonic speed.
const MIN_ELAPSED_MS = 60_000;

function hoursBetween(a: Place, b: Place): number {
  return Math.max(Math.abs(b.atMs - a.atMs), MIN_ELAPSED_MS) / MS_PER_HOUR;
}

function radius({ radiusKm }: Circle): number {
  return Math.max(0, radiusKm ?? 0);
}
