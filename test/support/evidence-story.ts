import type { AccessRequestEntry, GrantEntry, LogEntry } from '@sallyport/contracts';
import { decisionEntry } from './log-entries.js';

const question = { subject: { type: 'user', id: 'dana' } };
const request = (
  n: number,
  type: AccessRequestEntry['type'],
  actor: string,
): AccessRequestEntry => ({
  type,
  id: `request-entry-${String(n)}`,
  time: `2026-11-22T10:00:0${String(n)}.000Z`,
  actor,
  requestId: 'request-1',
  rule: { id: 'prod-db-reader', version: 1 },
  requester: 'dana',
  role: { type: 'role', id: 'prod-db-reader' },
  durationSeconds: type === 'request.submitted' ? 1_800 : 600,
  ...(type === 'request.reviewed' ? { verdict: 'approve' as const } : {}),
});
const grant: GrantEntry = {
  type: 'grant.started',
  id: 'grant-entry',
  time: '2026-11-22T10:00:05.000Z',
  actor: 'user:omar',
  grantId: 'grant-1',
  requestId: 'request-1',
  subject: question.subject,
  role: { type: 'role', id: 'prod-db-reader' },
  startsAt: '2026-11-22T10:00:05.000Z',
  endsAt: '2026-11-22T10:10:05.000Z',
};
const first = decisionEntry(0, question);
/** Dana is denied, asks, is approved and permitted; somebody else is denied on the way. */
export const STORY: readonly LogEntry[] = [
  { ...first, facts: { ...first.facts, grants: [] } },
  decisionEntry(1, {
    subject: { type: 'user', id: 'somebody-else' },
    facts: { ...first.facts, grants: [] },
  }),
  request(2, 'request.submitted', 'user:dana'),
  request(3, 'request.reviewed', 'user:omar'),
  request(4, 'request.approved', 'user:omar'),
  grant,
  decisionEntry(6, { ...question, decision: true, reasons: ['policy-permit'], token: 'jti-1' }),
];
