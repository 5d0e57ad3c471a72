import type { DecisionEntry } from '@sallyport/contracts';

/** A denial, one second after the one before it; `changes` replace members. */
export function decisionEntry(n: number, changes: Partial<DecisionEntry> = {}): DecisionEntry {
  const atMs = Date.UTC(2026, 10, 22, 10) + n * 1_000;
  return {
    type: 'decision',
    id: `decision-${String(n)}`,
    time: new Date(atMs).toISOString(),
    actor: 'pep:gateway',
    decision: false,
    subject: { type: 'user', id: 'dana' },
    action: 'read',
    resource: { type: 'database', id: 'prod' },
    pep: 'gateway',
    mode: 'enforce',
    reasons: ['grant-missing'],
    determining: [],
    erroring: [],
    obligations: [],
    policyVersion: 'v1',
    facts: {
      nowMs: atMs,
      authn: { method: 'asserted', verified: false },
      grants: [
        {
          id: 'grant-1',
          role: { type: 'role', id: 'prod-db-reader' },
          endsAtMs: atMs + 600_000,
          breakGlass: false,
        },
      ],
      missing: [],
      registerVersion: 1,
    },
    request: {},
    durationMicros: 100,
    ...changes,
  };
}
