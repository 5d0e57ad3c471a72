import type { ConsentFacts, Json, JsonObject, ReasonCode } from '@sallyport/contracts';
import { decideConsent, type ConsentDecision } from '@sallyport/consent';
import type { TenantFacts } from '../../registers/facts.ports.js';
import type { ResolvedQuestion } from '../question.js';

export interface ConsentFinding {
  readonly consent: ConsentFacts | undefined;
  /** What is lacking; undefined where consent is given, or not needed. */
  readonly missing: ReasonCode | undefined;
}

const NOT_NEEDED: ConsentFinding = { consent: undefined, missing: undefined };
const NO_PURPOSE: ConsentFinding = { consent: { status: 'unknown' }, missing: 'purpose-missing' };

/** Whether the data subject of the resource consents to the purpose. A resource without a data subject needs no consent. */
export function findConsent(
  tenant: TenantFacts,
  { resource, purpose }: ResolvedQuestion,
  nowMs: number,
): ConsentFinding {
  const stored = tenant.entity(resource)?.attrs;
  const dataSubject = dataSubjectOf(resource.properties, stored);
  if (dataSubject === undefined) return NOT_NEEDED;
  if (purpose === undefined) return NO_PURPOSE;
  const directives = tenant.consentsOf(dataSubject);
  const decision = decideConsent(directives, { dataSubject, purpose, nowMs });
  return { consent: factsOf(decision), missing: lackOf(decision) };
}

/** `patient` or `dataSubject`, asserted or else stored: a reference such as `Patient/42`, or an entity. */
function dataSubjectOf(
  asserted: JsonObject | undefined,
  stored: JsonObject | undefined,
): string | undefined {
  const value = memberOf('patient', asserted, stored) ?? memberOf('dataSubject', asserted, stored);
  if (typeof value === 'string') return value;
  const entity = isObject(value) ? value['__entity'] : undefined;
  if (!isObject(entity)) return undefined;
  const { type, id } = entity;
  return typeof type === 'string' && typeof id === 'string' ? `${type}/${id}` : undefined;
}

function memberOf(
  name: string,
  asserted: JsonObject | undefined,
  stored: JsonObject | undefined,
): Json | undefined {
  if (asserted !== undefined && Object.hasOwn(asserted, name)) return asserted[name];
  return stored?.[name];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function factsOf({ status, purpose, directiveId, expiresAtMs }: ConsentDecision): ConsentFacts {
  const facts: { -readonly [Member in keyof ConsentFacts]: ConsentFacts[Member] } = {
    status,
    purpose,
  };
  if (directiveId !== undefined) facts.directive = directiveId;
  if (expiresAtMs !== undefined) facts.expiresAtMs = expiresAtMs;
  return facts;
}

const LACKS = ['consent-withdrawn', 'consent-expired', 'consent-denied'] as const;

/** Every other reason comes down to this: no consent covers the purpose. */
function lackOf({ status, reasons }: ConsentDecision): ReasonCode | undefined {
  if (status === 'permit') return undefined;
  return LACKS.find((lack) => reasons.includes(lack)) ?? 'consent-missing';
}
