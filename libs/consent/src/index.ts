// Consent: does a data subject's directive cover this use of their data? Pure; called while a decision gathers its context.
export { isWithdrawn } from './consent-directive.js';
export type {
  ConsentCriteria,
  ConsentDirective,
  ConsentException,
  ConsentRuling,
  ConsentStatus,
} from './consent-directive.js';
export type { ConsentQuery } from './consent-query.js';
export { decideConsent } from './decide-consent.js';
export type { ConsentDecision, ConsentReason } from './decide-consent.js';
export { parseFhirDate } from './fhir-date.js';
export { parseConsent, parseConsentLike } from './parse-consent.js';
export type { ParseConsentResult } from './parse-consent.js';
export type { ConsentParseError, ConsentParseErrorCode } from './parse-failure.js';
export { coversPurpose } from './purpose-of-use.js';
