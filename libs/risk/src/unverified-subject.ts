import type { RiskSignal } from './signal.js';

/** The signal of a subject that an enforcement point asserted and no token proved. */
export function unverifiedSubjectSignal(isVerified: boolean): RiskSignal | undefined {
  return isVerified ? undefined : { reason: 'unverified-subject' };
}
