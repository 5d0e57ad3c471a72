import { circleOf } from './locate.js';
import type { Place } from './place.js';
import type { TravelAssessment } from './travel.js';

/** What to remember: `baseline` for the next comparison, and whether it `changed` and so must be stored. */
export interface PlaceHistory {
  readonly baseline: Place | undefined;
  readonly changed: boolean;
}

/**
 * Decides the place that the next request is measured against. `travel` is the assessment of `observed` against `stored`.
 * An anonymised or unlocatable place is never a baseline, neither is one that reached us late. A place that cannot have been
 * reached is none either: otherwise the second request from there would look as if the subject had been there all along.
 */
export function updatePlaceHistory(
  stored: Place | undefined,
  observed: Place,
  travel: TravelAssessment,
): PlaceHistory {
  const kept = { baseline: stored, changed: false };
  if (observed.anonymizer || travel.verdict === 'impossible') return kept;
  if (circleOf(observed) === undefined) return kept;
  if (stored === undefined) return { baseline: observed, changed: true };
  return isNews(stored, observed) ? { baseline: observed, changed: true } : kept;
}

/** Whether the place could become the baseline at all: most requests come from where the last one did, and need no assessment. */
export function isNews(stored: Place | undefined, observed: Place): boolean {
  if (stored === undefined) return true;
  const elapsedMs = observed.atMs - stored.atMs;
  if (!(elapsedMs >= 0)) return false;
  return observed.country !== stored.country || elapsedMs > REFRESH_AFTER_MS;
}

// At most one write per subject in five minutes; a baseline that much too old makes a journey look a little slower, never faster.
const REFRESH_AFTER_MS = 5 * 60_000;
