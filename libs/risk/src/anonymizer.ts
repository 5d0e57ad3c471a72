import type { Place } from './place.js';
import type { RiskSignal } from './signal.js';

/** The signal of an address that belongs to a VPN, proxy, relay or Tor. Not known to be one says nothing. */
export function anonymizerSignal(place: Place): RiskSignal | undefined {
  return place.anonymizer ? { reason: 'anonymizer' } : undefined;
}
