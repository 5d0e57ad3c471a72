import type { RiskSignal } from './signal.js';

/**
 * The signal of a country in which the subject was never seen. No country, or no history to compare with, says nothing:
 * a first login is not an anomaly.
 */
export function newCountrySignal(
  country: string | undefined,
  knownCountries: readonly string[],
): RiskSignal | undefined {
  if (country === undefined || knownCountries.length === 0) return undefined;
  return knownCountries.includes(country) ? undefined : { reason: 'new-country' };
}
