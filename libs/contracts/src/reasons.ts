/**
 * Every machine-readable reason that a decision, a log entry, a metric or a screen may carry, with one plain sentence
 * for people. Codes are stable: clients switch on them.
 */
export const REASONS = {
  'policy-permit': 'A policy permits this.',
  'policy-forbid': 'A policy forbids this.',
  'no-matching-policy': 'No policy permits this.',
  'policy-error': 'A policy could not be evaluated on these facts.',
  'policy-missing': 'This tenant has no promoted policy.',
  'policy-unavailable': 'The policy could not be evaluated.',
  'pep-unauthenticated': 'The enforcement point could not be authenticated.',
  'shadow-mode': 'The enforcement point only observes: the answer is not enforced.',
  'subject-token-missing': 'The request names no subject and carries no subject token.',
  'subject-token-invalid': 'The subject token could not be verified.',
  'subject-token-expired': 'The subject token has expired.',
  'subject-mismatch': 'The subject token speaks of another subject than the request.',
  'subject-not-asserted': 'This enforcement point may not assert a subject without a token.',
  'subject-locked': 'The subject is locked.',
  'device-unknown': 'No posture is known for the device.',
  'device-stale': 'The device has not been checked recently enough.',
  'device-owner-mismatch': 'The device belongs to somebody else.',
  'device-not-compliant': 'The device does not meet the posture requirements.',
  'country-unknown': 'The address could not be placed in a country.',
  'impossible-travel': 'The subject was too far away too recently.',
  'consent-missing': 'No consent covers this purpose.',
  'consent-withdrawn': 'The consent was withdrawn.',
  'consent-expired': 'The consent has ended.',
  'consent-denied': 'The consent forbids this purpose.',
  'purpose-missing': 'The request names no purpose.',
  'grant-missing': 'No live grant covers this.',
  'grant-ended': 'The grant has ended.',
  'grant-revoked': 'The grant was revoked.',
  'grant-returned': 'The grant was given back.',
  'feed-stale': 'Facts may be out of date on this process, and the enforcement point is strict.',
  'audit-unavailable': 'The decision could not be recorded, so it is denied.',
  'broker-error': 'The broker failed while deciding, so it is denied.',
  'deadline-exceeded': 'The broker could not decide in time, so it is denied.',
  'route-unknown': 'No route of the enforcement point covers this request.',
  'plan-inexpressible': 'A policy says what no filter of this kind can express.',
  'request-invalid': 'The request item is not valid.',
  'rego-deny': 'The Rego policy of the tenant does not permit this.',
  'rego-failed': 'The Rego policy of the tenant could not be evaluated, so this is denied.',
  'rate-limited': 'The enforcement point asks more often than it may.',
} as const;

export type ReasonCode = keyof typeof REASONS;

/** The plain sentence for a reason code; an unknown code is returned as it is. */
export function reasonSentence(code: string): string {
  return Object.hasOwn(REASONS, code) ? REASONS[code as ReasonCode] : code;
}

/** Codes that only say that policy decided; any other says more. */
const GENERAL: ReadonlySet<string> = new Set([
  'policy-permit',
  'policy-forbid',
  'no-matching-policy',
  'shadow-mode',
]);

/** The code that tells a person most; undefined for no codes. */
export function mostTelling<Code extends string>(codes: readonly Code[]): Code | undefined {
  return codes.find((code) => !GENERAL.has(code)) ?? codes[0];
}
