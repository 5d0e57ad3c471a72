import type { ConsentDirective } from '../src/consent-directive.js';
import type { ConsentQuery } from '../src/consent-query.js';
import { parseConsent } from '../src/parse-consent.js';

type Json = Readonly<Record<string, unknown>>;

/** Modelled on the example list of IHE PCF (Privacy Consent on FHIR): our own resources, the same questions. */
export const NOW = Date.parse('2026-03-01T12:00:00Z');

export const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';

export function coding(code: string, system = `${TERMINOLOGY}/v3-ActReason`): Json {
  return { system, code };
}

export const purposes = (...codes: string[]) => ({ purpose: codes.map((code) => coding(code)) });
export const labels = (...codes: string[]) => ({
  securityLabel: codes.map((code) => ({ code })),
});
export const recipient = (reference: string) => ({
  actor: [
    {
      role: { coding: [coding('IRCP', `${TERMINOLOGY}/v3-ParticipationType`)] },
      reference: { reference },
    },
  ],
});
export const TPO = purposes('TREAT', 'HPAYMT', 'HOPERAT');

/** An R4 Consent of Patient/42 whose root provision is `provision`. */
export function r4(provision: Json, changes: Json = {}): Json {
  return {
    resourceType: 'Consent',
    id: 'consent-r4',
    status: 'active',
    scope: { coding: [coding('patient-privacy', `${TERMINOLOGY}/consentscope`)] },
    category: [{ coding: [coding('59284-0', 'http://loinc.org')] }],
    patient: { reference: 'Patient/42' },
    dateTime: '2025-06-13',
    performer: [{ reference: 'Patient/42' }],
    policy: [{ uri: 'https://example.org/policies/privacy' }],
    provision,
    ...changes,
  };
}

/** An R5 Consent of Patient/42 with a base decision and its exceptions. */
export function r5(decision: string, provision: readonly Json[], changes: Json = {}): Json {
  return {
    resourceType: 'Consent',
    id: 'consent-r5',
    status: 'active',
    category: [{ coding: [coding('59284-0', 'http://loinc.org')] }],
    subject: { reference: 'Patient/42' },
    date: '2025-06-13',
    grantor: [{ reference: 'Patient/42' }],
    decision,
    provision,
    ...changes,
  };
}

export function directive(resource: unknown): ConsentDirective {
  const result = parseConsent(resource);
  if (!result.ok) throw new Error(`${result.error.code} at ${result.error.path}`);
  return result.directive;
}

export function query(changes: Partial<ConsentQuery> = {}): ConsentQuery {
  return { dataSubject: 'Patient/42', purpose: 'TREAT', nowMs: NOW, ...changes };
}
