import { createHash } from 'node:crypto';
import type {
  AccessRuleDefinition,
  EntityRef,
  JsonObject,
  TenantSettings,
} from '@sallyport/contracts';
import { parseConsent, type ConsentDirective, type ConsentStatus } from '@sallyport/consent';
import type { GrantState } from '@sallyport/grants';
import { accessRuleOf } from '../../apps/api/src/registers/access-rule-of.js';
import type { StoredFact } from '../../apps/api/src/registers/stored-fact.js';

export const user = (id: string): EntityRef => ({ type: 'user', id });

export function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

export const settings: TenantSettings = {
  name: 'acme',
  displayName: 'Acme Health',
  issuers: [],
  location: { maxSpeedKmh: 1000, minDistanceKm: 50 },
  posture: { maxAgeSeconds: 3600, requirements: {} },
  tokens: { maxTtlSeconds: 900, audiences: [] },
};

export const readerRule: AccessRuleDefinition = {
  id: 'reader',
  title: 'Read production',
  role: { type: 'role', id: 'reader' },
  eligible: { groups: [{ type: 'group', id: 'engineering' }], users: [] },
  approvers: { groups: [{ type: 'group', id: 'oncall' }], users: [] },
  approvalsNeeded: 1,
  maxDurationSeconds: 3600,
  defaultDurationSeconds: 600,
  reason: { required: true, minLength: 10 },
  approvalDeadlineSeconds: 86_400,
};

export function consentResource(id: string, status: ConsentStatus): JsonObject {
  return {
    resourceType: 'Consent',
    id,
    status,
    scope: { coding: [{ code: 'patient-privacy' }] },
    patient: { reference: 'Patient/42' },
    dateTime: '2026-01-01',
    provision: { type: 'permit' },
  };
}

export function directive(id: string, status: ConsentStatus): ConsentDirective {
  const result = parseConsent(consentResource(id, status));
  if (!result.ok) throw new Error(`sample consent: ${result.error.code} at ${result.error.path}`);
  return result.directive;
}

export function pep(name: string, key: string, spiffeId?: string): StoredFact {
  const value = {
    pep: {
      tenantId: 'acme',
      name,
      kind: 'gateway',
      mode: 'enforce' as const,
      trustedProperties: new Set(['ip']),
      explain: false,
      strict: false,
      routes: [],
    },
    keyHash: sha256(key),
    ...(spiffeId === undefined ? {} : { spiffeId }),
  };
  return { kind: 'pep', key: [name], value };
}

export function grant(id: string, state: GrantState): StoredFact {
  const value = {
    subject: user('dana'),
    grant: {
      id,
      requestId: `${id}-request`,
      subjectId: 'dana',
      role: { type: 'role', id: 'reader' },
      startsAtMs: 1_800_000_000_000,
      endsAtMs: 1_800_000_600_000,
      state,
      version: 1,
    },
  };
  return { kind: 'grant', key: [id], value };
}

export function entity(uid: EntityRef, attrs: JsonObject, parents: EntityRef[]): StoredFact {
  return { kind: 'entity', key: [uid.type, uid.id], value: { uid, attrs, parents } };
}

/** A small tenant: Dana in engineering, a laptop, a consent, an enforcement point and a rule. */
export function acme(): StoredFact[] {
  const engineering = { type: 'group', id: 'engineering' };
  const laptop = {
    deviceId: 'laptop',
    ownerId: 'dana',
    diskEncrypted: true,
    checkedAtMs: 1_000,
    source: 'mdm',
  };
  return [
    { kind: 'tenant', key: [], value: settings },
    entity(user('dana'), { team: 'data' }, [engineering]),
    entity(engineering, {}, [{ type: 'group', id: 'staff' }]),
    { kind: 'device', key: ['laptop'], value: laptop },
    { kind: 'consent', key: ['c1'], value: directive('c1', 'active') },
    { kind: 'rule', key: ['reader'], value: { version: 1, rule: accessRuleOf(readerRule) } },
    pep('gateway', 'key-of-gateway'),
  ];
}
