import type { ConsentDirective, ConsentRuling, ConsentStatus } from './consent-directive.js';
import { JsonNode } from './json-node.js';
import { ParseFailure } from './parse-failure.js';
import type { ConsentParseError } from './parse-failure.js';
import { readCodings, readConcept, readDate, readPeriod, readReference } from './read-elements.js';
import { MAX_PROVISIONS, readCriteria, readExceptions, readRuling } from './read-provision.js';

export type ParseConsentResult =
  | { readonly ok: true; readonly directive: ConsentDirective }
  | { readonly ok: false; readonly error: ConsentParseError };

/**
 * Reads a FHIR Consent resource, R4 (4.0.1) or R5, told apart by its shape. Elements without bearing on the decision are
 * ignored; those that could turn or narrow it are understood, noted as unsupported, or refused.
 */
export function parseConsent(resource: unknown): ParseConsentResult {
  return attempt(() => readConsent(JsonNode.of(resource, '')));
}

/**
 * Reads a resource that differs from the one `alike` was read from in nothing but id, data subject, date and `meta`; it may consist of those
 * alone. What the two have in common they share, which is most of what a register of many consents would hold.
 */
export function parseConsentLike(alike: ConsentDirective, resource: unknown): ParseConsentResult {
  return attempt(() => {
    const names = alike.fhirVersion === 'R4' ? R4_NAMES : R5_NAMES;
    return { ...alike, ...readHeader(JsonNode.of(resource, ''), names) };
  });
}

function attempt(read: () => ConsentDirective): ParseConsentResult {
  try {
    return { ok: true, directive: read() };
  } catch (failure) {
    if (!(failure instanceof ParseFailure)) throw failure;
    return { ok: false, error: { code: failure.code, path: failure.path } };
  }
}

const STATUSES: readonly string[] = [
  'draft',
  'proposed',
  'active',
  'rejected',
  'inactive',
  'entered-in-error',
  'not-done',
  'unknown',
] satisfies ConsentStatus[];
const R4_ONLY = ['patient', 'scope', 'dateTime', 'policyRule'];
const R4_NAMES = { patient: 'patient', date: 'dateTime' } as const;
const R5_NAMES = { patient: 'subject', date: 'date' } as const;
const R5_ONLY = ['subject', 'decision', 'date'];
const CONSENT_SCOPE = 'http://terminology.hl7.org/CodeSystem/consentscope';
const PRIVACY_SCOPES = ['patient-privacy', 'research'];
const CONSENT_CATEGORY = 'http://terminology.hl7.org/CodeSystem/consentcategorycodes';
const CARE_CATEGORIES = ['acd', 'dnr', 'hcd', 'polst'];
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

function readConsent(consent: JsonNode): ConsentDirective {
  if (consent.text('resourceType') !== 'Consent')
    throw consent.failure('not-a-consent', 'resourceType');
  if (consent.has('implicitRules')) throw consent.failure('unsupported-modifier', 'implicitRules');
  return versionOf(consent) === 'R4' ? readR4(consent) : readR5(consent);
}

function versionOf(consent: JsonNode): 'R4' | 'R5' {
  const isR4 = R4_ONLY.some((name) => consent.has(name));
  const isR5 = R5_ONLY.some((name) => consent.has(name)) || consent.isList('provision');
  if (isR4 === isR5) throw new ParseFailure('version-ambiguous', '');
  return isR4 ? 'R4' : 'R5';
}

function readR4(consent: JsonNode): ConsentDirective {
  const scope = consent.node('scope');
  // The other scopes are consent to a treatment and advance directives, which say nothing about data.
  if (scope && !readConcept(scope, [CONSENT_SCOPE]).some((code) => PRIVACY_SCOPES.includes(code))) {
    throw consent.failure('not-a-privacy-consent', 'scope');
  }
  const root = consent.node('provision') ?? JsonNode.of({}, 'provision');
  const baseDecision = readRuling(root, 'type') ?? readPolicyRule(consent);
  if (baseDecision === undefined) throw root.failure('decision-missing', 'type');
  const budget = { provisionsLeft: MAX_PROVISIONS };
  return {
    ...readHeader(consent, R4_NAMES),
    status: readStatus(consent),
    fhirVersion: 'R4',
    baseDecision,
    ...readCriteria(root),
    exceptions: readExceptions(root, baseDecision, 'R4', 2, budget),
  };
}

function readR5(consent: JsonNode): ConsentDirective {
  const categories = consent
    .nodes('category')
    .flatMap((category) => readCodings(category, 'coding', [CONSENT_CATEGORY]));
  if (categories.length > 0 && categories.every((code) => CARE_CATEGORIES.includes(code))) {
    throw consent.failure('not-a-privacy-consent', 'category');
  }
  const baseDecision = readRuling(consent, 'decision');
  if (baseDecision === undefined) throw consent.failure('decision-missing', 'decision');
  const { startMs, endMs } = readPeriod(consent, 'period');
  const budget = { provisionsLeft: MAX_PROVISIONS };
  return {
    ...readHeader(consent, R5_NAMES),
    status: readStatus(consent),
    fhirVersion: 'R5',
    baseDecision,
    ...(startMs === undefined ? {} : { periodStartMs: startMs }),
    ...(endMs === undefined ? {} : { periodEndMs: endMs }),
    purposes: [],
    actors: [],
    actions: [],
    classes: [],
    securityLabels: [],
    unsupported: [],
    exceptions: readExceptions(consent, baseDecision, 'R5', 1, budget),
  };
}

function readHeader(
  consent: JsonNode,
  names: typeof R4_NAMES | typeof R5_NAMES,
): Pick<ConsentDirective, 'id' | 'patientRef' | 'recordedAtMs'> {
  const id = consent.text('id');
  if (id === undefined) throw consent.failure('id-missing', 'id');
  const patientRef = readReference(consent.node(names.patient));
  if (patientRef === undefined) throw consent.failure('patient-missing', names.patient);
  const meta = consent.node('meta');
  const recorded = readDate(consent, names.date) ?? (meta && readDate(meta, 'lastUpdated'));
  // Without a date it could be neither the latest nor an earlier one.
  if (recorded === undefined) throw consent.failure('date-missing', names.date);
  return { id, patientRef, recordedAtMs: recorded.startMs };
}

function readStatus(consent: JsonNode): ConsentStatus {
  const status = consent.text('status');
  if (!isStatus(status)) throw consent.failure('status-invalid', 'status');
  return status;
}

function readPolicyRule(consent: JsonNode): ConsentRuling | undefined {
  const rule = consent.node('policyRule');
  const codes = rule === undefined ? [] : readConcept(rule, [ACT_CODE]);
  if (codes.includes('OPTOUT')) return 'deny';
  return codes.includes('OPTIN') ? 'permit' : undefined;
}

function isStatus(status: string | undefined): status is ConsentStatus {
  return status !== undefined && STATUSES.includes(status);
}
