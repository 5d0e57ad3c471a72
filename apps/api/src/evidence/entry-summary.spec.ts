import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { summaryOf } from './entry-summary.js';

const dana = { type: 'user', id: 'dana@acme.example' };
const role = { type: 'role', id: 'prod-db-reader' };
const decision = {
  type: 'decision',
  subject: dana,
  action: 'read',
  resource: { type: 'database', id: 'prod' },
};
const request = {
  requester: 'dana@acme.example',
  role,
  durationSeconds: 1_800,
  actor: 'user:omar@acme.example',
};
const grant = {
  subject: dana,
  role,
  startsAt: '2026-11-22T10:00:00Z',
  endsAt: '2026-11-22T10:10:00Z',
  actor: 'user:omar@acme.example',
};

test.each([
  [
    { ...decision, decision: false, reasons: ['no-matching-policy', 'grant-missing'] },
    'dana@acme.example was denied read on database prod: no live grant covers this.',
  ],
  [
    { ...decision, decision: false, reasons: ['no-matching-policy'] },
    'dana@acme.example was denied read on database prod: no policy permits this.',
  ],
  [
    { ...decision, decision: true, reasons: ['policy-permit'] },
    'dana@acme.example was permitted read on database prod.',
  ],
  [
    { ...decision, decision: true, effective: false, reasons: ['shadow-mode', 'device-stale'] },
    'dana@acme.example was permitted read on database prod; policy said deny, but the enforcement point only observes: the device has not been checked recently enough.',
  ],
  [
    { ...decision, subject: undefined, decision: false, reasons: ['subject-token-missing'] },
    'somebody was denied read on database prod: the request names no subject and carries no subject token.',
  ],
  [
    {
      type: 'search',
      actor: 'pep:gateway',
      searched: 'subject',
      searchedType: 'user',
      action: 'read',
      resource: decision.resource,
      count: 3,
    },
    'Enforcement point gateway asked which user may read database prod: 3 found.',
  ],
  [
    {
      type: 'search',
      actor: 'pep:gateway',
      searched: 'resource',
      searchedType: 'record',
      subject: dana,
      action: 'read',
      count: 0,
    },
    'Enforcement point gateway asked which record dana@acme.example may read: 0 found.',
  ],
  [
    {
      type: 'search',
      actor: 'pep:gateway',
      searched: 'action',
      subject: dana,
      resource: decision.resource,
      count: 1,
    },
    'Enforcement point gateway asked what dana@acme.example may do with database prod: 1 found.',
  ],
  [
    { type: 'token.issued', subject: dana, expiresAt: '2026-11-22T10:05:00.000Z' },
    'dana@acme.example was given a token, good until 2026-11-22 10:05:00 UTC.',
  ],
  [
    { type: 'token.revoked', subject: dana, reason: 'grant-ended' },
    'A token of dana@acme.example was revoked: The grant has ended.',
  ],
  [
    { ...request, type: 'request.submitted' },
    'dana@acme.example asked for role prod-db-reader for 30 minutes.',
  ],
  [
    { ...request, type: 'request.reviewed', verdict: 'approve', durationSeconds: 600 },
    'omar@acme.example approved the request of dana@acme.example for role prod-db-reader, for 10 minutes.',
  ],
  [
    { ...request, type: 'request.reviewed', verdict: 'deny' },
    'omar@acme.example denied the request of dana@acme.example for role prod-db-reader.',
  ],
  [
    { ...request, type: 'request.approved', durationSeconds: 3_600 },
    'The request of dana@acme.example for role prod-db-reader was approved, for 1 hour.',
  ],
  [
    { ...request, type: 'request.cancelled' },
    'dana@acme.example withdrew the request for role prod-db-reader.',
  ],
  [
    { ...grant, type: 'grant.started' },
    'dana@acme.example was granted role prod-db-reader until 2026-11-22 10:10:00 UTC.',
  ],
  [
    { ...grant, type: 'grant.ended' },
    'The grant of role prod-db-reader to dana@acme.example ended on time.',
  ],
  [
    { ...grant, type: 'grant.revoked', reason: 'laptop lost' },
    'omar@acme.example revoked the grant of role prod-db-reader to dana@acme.example: laptop lost.',
  ],
  [
    { type: 'evidence.exported', actor: 'user:aude', detail: { entries: 1, stage: 'begun' } },
    'aude began to export 1 entry of the log.',
  ],
  [
    {
      type: 'evidence.exported',
      actor: 'admin:instance',
      detail: { entries: 12, stage: 'sealed' },
    },
    'The instance admin exported 12 entries of the log.',
  ],
  [
    { type: 'policy.promoted', actor: 'api-token:7', detail: { version: '3f5a2c9e6d1b4a70c8e2' } },
    'API token 7 promoted policy version 3f5a2c9e6d1b.',
  ],
  [{ type: 'something.new', actor: 'system:clock' }, 'something.new by the broker.'],
])('%j is told in one sentence', (entry, sentence) => {
  expect(summaryOf(entry)).toBe(sentence);
});

test('whatever an entry holds, its summary is one bounded sentence', () => {
  const types = [
    'decision',
    'token.revoked',
    'request.reviewed',
    'grant.revoked',
    'register.changed',
    'toString',
    '__proto__',
  ];
  const entry = fc.record({
    type: fc.constantFrom(...types),
    subject: fc.anything(),
    role: fc.anything(),
    detail: fc.anything(),
    reasons: fc.anything(),
    durationSeconds: fc.anything(),
    expiresAt: fc.anything(),
  });
  fc.assert(
    fc.property(entry, (value) => {
      expect(summaryOf(value)).toMatch(/^.{2,5000}\.$/s);
    }),
  );
});
