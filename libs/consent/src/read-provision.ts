import type { ConsentCriteria, ConsentException, ConsentRuling } from './consent-directive.js';
import type { JsonNode } from './json-node.js';
import { ParseFailure } from './parse-failure.js';
import {
  readCodings,
  readConcept,
  readConcepts,
  readPeriod,
  readReference,
} from './read-elements.js';

/** Counts provisions over one resource. */
export interface Budget {
  provisionsLeft: number;
}

/** Provisions within provisions, counting the outermost. */
export const MAX_DEPTH = 5;
export const MAX_PROVISIONS = 200;

/** Reads the criteria of one provision, R4 or R5, without the provisions nested in it. */
export function readCriteria(provision: JsonNode): ConsentCriteria {
  const period = readPeriod(provision, 'period');
  const data = readPeriod(provision, 'dataPeriod');
  return {
    ...(period.startMs === undefined ? {} : { periodStartMs: period.startMs }),
    ...(period.endMs === undefined ? {} : { periodEndMs: period.endMs }),
    purposes: readCodings(provision, 'purpose', PURPOSE_SYSTEMS),
    actors: provision.nodes('actor').map(readActor),
    actions: readConcepts(provision, 'action', ACTION_SYSTEMS),
    classes: CLASS_ELEMENTS.flatMap((name) => readCodings(provision, name, CLASS_SYSTEMS)),
    securityLabels: readCodings(provision, 'securityLabel', LABEL_SYSTEMS),
    ...(data.startMs === undefined ? {} : { dataStartMs: data.startMs }),
    ...(data.endMs === undefined ? {} : { dataEndMs: data.endMs }),
    unsupported: [
      ...UNSUPPORTED.filter((name) => provision.has(name)),
      ...(provision.nodes('actor').some(isNoRecipient) ? ['actor.role'] : []),
    ],
  };
}

/**
 * Reads the provisions nested in `parent`, whose decision is `base`. R4 says what each of them decides; in R5 each level is the
 * opposite of the one around it.
 */
export function readExceptions(
  parent: JsonNode,
  base: ConsentRuling,
  version: 'R4' | 'R5',
  depth: number,
  budget: Budget,
): readonly ConsentException[] {
  return parent.nodes('provision').map((provision) => {
    budget.provisionsLeft -= 1;
    if (depth > MAX_DEPTH) throw new ParseFailure('too-deep', provision.path);
    if (budget.provisionsLeft < 0) throw new ParseFailure('too-many', provision.path);
    const decision = version === 'R4' ? readRuling(provision, 'type') : opposite(base);
    if (decision === undefined) throw provision.failure('decision-missing', 'type');
    const exceptions = readExceptions(provision, decision, version, depth + 1, budget);
    return { ...readCriteria(provision), decision, exceptions };
  });
}

/** Reads `permit` or `deny`. */
export function readRuling(parent: JsonNode, name: string): ConsentRuling | undefined {
  const ruling = parent.text(name);
  if (ruling === undefined || ruling === 'permit' || ruling === 'deny') return ruling;
  throw parent.failure('type-invalid', name);
}

const PURPOSE_SYSTEMS = [
  'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  'urn:oid:2.16.840.1.113883.5.8',
  'urn:oid:2.16.840.1.113883.3.7204.1.5.2.1',
];
const ACTION_SYSTEMS = ['http://terminology.hl7.org/CodeSystem/consentaction'];
const CLASS_SYSTEMS = ['http://hl7.org/fhir/resource-types', 'http://hl7.org/fhir/fhir-types'];
const LABEL_SYSTEMS = [
  'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
  'http://terminology.hl7.org/CodeSystem/v3-ActCode',
];
const ROLE_SYSTEMS = ['http://terminology.hl7.org/CodeSystem/v3-ParticipationType'];
// R4 calls it class, R5 resourceType; a resource has one of them.
const CLASS_ELEMENTS = ['class', 'resourceType'];
const UNSUPPORTED = ['code', 'data', 'documentType', 'expression'];
const RECIPIENTS = ['IRCP', 'PRCP'];

function readActor(actor: JsonNode): string {
  const reference = readReference(actor.node('reference'));
  if (reference === undefined) throw actor.failure('reference-missing', 'reference');
  return reference;
}

// An author or custodian says something about the data's origin and nothing about who asks for it.
function isNoRecipient(actor: JsonNode): boolean {
  const role = actor.node('role');
  return (
    role !== undefined && !readConcept(role, ROLE_SYSTEMS).some((code) => RECIPIENTS.includes(code))
  );
}

function opposite(ruling: ConsentRuling): ConsentRuling {
  return ruling === 'permit' ? 'deny' : 'permit';
}
