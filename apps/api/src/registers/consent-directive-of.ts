import type { JsonObject } from '@sallyport/contracts';
import { parseConsent, type ConsentDirective } from '@sallyport/consent';

/**
 * A stored consent as decisions read it. What no longer can be read was understood when it was stored, so it may have
 * taken an earlier permit back: it stands as the latest word, and denies.
 */
export function consentDirectiveOf(
  id: string,
  patientRef: string,
  resource: JsonObject,
): ConsentDirective {
  const result = parseConsent(resource);
  return result.ok ? result.directive : unreadableConsent(id, patientRef);
}

/** What stands for a consent that cannot be read. */
export function unreadableConsent(id: string, patientRef: string): ConsentDirective {
  return {
    id,
    patientRef,
    status: 'active',
    fhirVersion: 'R4',
    recordedAtMs: Number.MAX_SAFE_INTEGER,
    baseDecision: 'deny',
    exceptions: [],
    purposes: [],
    actors: [],
    actions: [],
    classes: [],
    securityLabels: [],
    unsupported: [],
  };
}
