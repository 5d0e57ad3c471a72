import type { EntityRef, IssuerSettings, TenantDefinition } from '@sallyport/contracts';

export const ISSUER = 'https://idp.acme.example';
export const NOW_MS = Date.parse('2026-11-22T10:00:00.500Z');
export const KEY = 'acme-gateway-key';
export const DANA: EntityRef = { type: 'user', id: 'dana@acme.example' };

export const POLICIES = `
@id("prod-read")
permit (principal in role::"prod-db-reader", action == Action::"read", resource == database::"prod")
when { context has device && context.device has compliant && context.device.compliant
  && context has network && context.network has country && context.network.country == "DE" };

@id("records-with-consent")
@obligation("log-access")
@ttl("5m")
permit (principal, action == Action::"read", resource is record)
when { context has consent && context.consent.status == "permit" };

@id("no-impossible-travel")
@reason("impossible-travel")
forbid (principal, action, resource)
when { context has risk && context.risk.reasons.contains("impossible-travel") };

@id("open-door")
permit (principal, action == Action::"knock", resource);
`;

/** A tenant in the shape of the demo: Dana, her laptop, the production database and a patient's record. */
export function acme(changes: Partial<TenantDefinition> = {}): TenantDefinition {
  const issuer: IssuerSettings = {
    issuer: ISSUER,
    audiences: ['acme-apps'],
    subjectType: 'user',
    subjectClaim: 'sub',
    deviceClaim: 'device_id',
  };
  const dana = {
    id: 'dana-laptop',
    owner: DANA,
    managed: true,
    os: 'macos',
    osVersion: '15.1',
    diskEncrypted: true,
    checkedAt: { agoSeconds: 600 },
  };
  return {
    settings: {
      name: 'acme',
      displayName: 'Acme Health',
      issuers: [issuer],
      location: { maxSpeedKmh: 1_000, minDistanceKm: 50 },
      posture: { maxAgeSeconds: 3_600, requirements: { diskEncrypted: true } },
      tokens: { maxTtlSeconds: 900, audiences: ['prod-db'] },
    },
    policies: { files: { 'policies/main.cedar': POLICIES } },
    entities: [
      { uid: DANA, attrs: {}, parents: [{ type: 'group', id: 'engineering' }] },
      { uid: { type: 'record', id: '42' }, attrs: { patient: 'Patient/42' }, parents: [] },
    ],
    devices: [dana],
    consents: [{ id: 'c42', resource: consent('active') }],
    peps: [
      {
        name: 'gateway',
        kind: 'gateway',
        mode: 'enforce',
        key: KEY,
        explain: false,
        strict: false,
        routes: [
          {
            method: 'GET',
            path: '/records/{id}',
            action: 'read',
            resource: { type: 'record', id: '{id}' },
            context: { purpose: 'TREAT' },
          },
        ],
      },
    ],
    accessRules: [],
    tests: [],
    ...changes,
  };
}

/** A FHIR R4 consent of patient 42 to treatment, until 2026-11-22 10:02 UTC. */
export function consent(status: 'active' | 'inactive') {
  return {
    resourceType: 'Consent',
    id: 'c42',
    status,
    scope: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' },
      ],
    },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: { reference: 'Patient/42' },
    dateTime: '2026-01-01T00:00:00Z',
    provision: {
      type: 'permit',
      period: { start: '2026-01-01T00:00:00Z', end: '2026-11-22T10:02:00Z' },
      purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
    },
  };
}
