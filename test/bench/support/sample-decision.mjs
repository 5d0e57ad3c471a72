import { entryText } from '../../../libs/audit/dist/index.js';

/** The entry of a common decision: someone asks for a database, no policy matches. */
export const sampleDecision = (n) => ({
  type: 'decision',
  id: `01890a5d-ac96-774b-bcce-${String(n).padStart(12, '0')}`,
  time: '2026-11-22T10:00:00.000Z',
  actor: 'pep:acme-gateway',
  decision: false,
  subject: { type: 'user', id: 'dana@acme.example' },
  action: 'read',
  resource: { type: 'database', id: 'prod' },
  pep: 'acme-gateway',
  mode: 'enforce',
  reasons: ['no-matching-policy', 'grant-missing'],
  determining: [],
  erroring: [],
  obligations: [],
  policyVersion: '3f5a2c9e6d1b4a70c8e2f91b7d3a6c5e4f0b8d2a1c9e7f6b5a4d3c2b1a0f9e8d',
  facts: {
    nowMs: 1795341600000,
    authn: { method: 'asserted', verified: false },
    device: {
      id: 'dana-laptop',
      managed: true,
      compliant: true,
      os: 'macos',
      osVersion: '26.1',
      diskEncrypted: true,
      checkedAtMs: 1795341000000,
      freshUntilMs: 1795344600000,
    },
    network: { ip: '91.12.0.1', country: 'DE', continent: 'EU' },
    risk: { score: 5, level: 'low', reasons: [] },
    grants: [],
    missing: ['grant-missing'],
    registerVersion: 42,
  },
  request: {
    subject: { type: 'user', id: 'dana@acme.example' },
    action: { name: 'read' },
    resource: { type: 'database', id: 'prod' },
    context: { ip: '91.12.0.1', device_id: 'dana-laptop' },
  },
  durationMicros: 180,
});

/** Its text as it is logged. */
export const encodedDecision = (n) => entryText(sampleDecision(n));
