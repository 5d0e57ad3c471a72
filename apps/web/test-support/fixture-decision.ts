import { DATABASE } from './fixture-people.js';

/** Members of a logged decision about the production database. */
export function decisionOf(subjectId: string, decision: boolean): Record<string, unknown> {
  return {
    decision,
    subject: { type: 'user', id: subjectId },
    action: 'read',
    resource: DATABASE,
    pep: 'acme-gateway',
    mode: 'enforce',
    reasons: [decision ? 'policy-permit' : 'no-matching-policy'],
    determining: decision ? [{ id: 'prod-db-read', effect: 'permit' }] : [],
    erroring: [],
    obligations: [],
    policyVersion: 'sha256:4f1c8a',
    request: {},
    durationMicros: 412,
  };
}

/** What was known when it was asked. */
export function factsOf(
  decision: boolean,
  nowMs: number,
  grants: unknown,
): Record<string, unknown> {
  return {
    nowMs,
    authn: { method: 'token', verified: true, issuer: 'https://broker.example/dev-idp' },
    device: {
      id: 'dana-laptop',
      diskEncrypted: true,
      compliant: true,
      managed: true,
      checkedAtMs: nowMs - 600_000,
      freshUntilMs: nowMs + 3_000_000,
    },
    network: { ip: '84.44.1.2', country: 'DE' },
    risk: { score: 0, level: 'low', reasons: [] },
    grants,
    missing: decision ? [] : ['grant-missing'],
    registerVersion: 12,
  };
}
