import type { ConsentFacts, JsonObject, ReasonCode } from '@sallyport/contracts';
import { decideConsent, type ConsentDecision } from '@sallyport/consent';
import type { TenantFacts } from '../../registers/facts.ports.js';
import type { ResolvedQuestion } from '../question.js';

export interface ConsentFinding {
  readonly consent?: ConsentFacts;
  readonly missing: readonly ReasonCode[];
}

/** Whether the data subject of the resource consents to the purpose. A resource without a data subject needs no consent. */
export function findConsent(
  tenant: TenantFacts,
  { resource, purpose }: ResolvedQuestion,
  nowMs: number,
): ConsentFinding {
  const stored = tenant.entity({ type: resource.type, id: resource.id })?.attrs;
  const dataSubject = dataSubjectOf({ ...stored, ...resource.properties });
  if (dataSubject === undefined) return { missing: [] };
  if (purpose === undefined) {
    return { consent: { status: 'unknown' }, missing: ['purpose-missing'] };
  }
  const directives = tenant.consentsOf(dataSubject);
  const decision = decideConsent(directives, { dataSubject, purpose, nowMs });
  return { consent: factsOf(decision), missing: lackOf(decision) };
}

/** `patient` or `dataSubject`: a reference such as `Patient/42`, or an entity. */
function dataSubjectOf(attrs: JsonObject): string | undefined {
  const value = attrs['patient'] ?? attrs['dataSubject'];
  if (typeof value === 'string') return value;
  const entity = isObject(value) ? value['__entity'] : undefined;
  if (!isObject(entity)) return undefined;
  const { type, id } = entity;
  return typeof type === 'string' && typeof id === 'string' ? `${type}/${id}` : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function factsOf({ status, purpose, directiveId, expiresAtMs }: ConsentDecision): ConsentFacts {
  return {
    status,
    purpose,
    ...(directiveId === undefined ? {} : { directive: directiveId }),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
}

const LACKS = ['consent-withdrawn', 'consent-expired', 'consent-denied'] as const;

/** Every other reason comes down to this: no consent covers the purpose. */
function lackOf({ status, reasons }: ConsentDecision): readonly ReasonCode[] {
  if (status === 'permit') return [];
  return [LACKS.find((lack) => reasons.includes(lack)) ?? 'consent-missing'];
}
