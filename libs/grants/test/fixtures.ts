import type { AccessRequest } from '../src/access-request.js';
import type { AccessRule } from '../src/access-rule.js';
import { reviewRequest } from '../src/review-request.js';
import type { NewReview, ReviewContext } from '../src/review-request.js';
import { submitRequest } from '../src/submit-request.js';
import type { NewRequest, SubmitContext } from '../src/submit-request.js';

export const T0 = Date.parse('2026-03-01T09:00:00Z');
export const MINUTE = 60_000;
export const rule: AccessRule = {
  id: 'prod-db-read',
  title: 'Read the production database',
  role: { type: 'role', id: 'prod-db-reader' },
  eligible: { groups: ['engineering'], users: [] },
  approvers: { groups: ['oncall'], users: ['olga'] },
  approvalsNeeded: 1,
  maxDurationSeconds: 3600,
  defaultDurationSeconds: 900,
  reasonRequired: true,
  minReasonLength: 10,
  approvalDeadlineSeconds: 7200,
};
export const wish: NewRequest = {
  id: 'req-1',
  requesterId: 'dana',
  reason: 'INC-7: orders stuck',
  durationSeconds: 1800,
};
export const submitContext: SubmitContext = {
  nowMs: T0,
  ruleVersion: 'v3',
  requesterGroups: ['engineering'],
  membersByGroup: new Map([['oncall', ['omar', 'dana']]]),
};

export function submitted(changes: Partial<NewRequest> = {}, under = rule): AccessRequest {
  const result = submitRequest({ ...wish, ...changes }, under, submitContext);
  if (!result.ok) throw new Error(result.reason);
  return result.request;
}

export function review(
  request: AccessRequest,
  changes: Partial<NewReview & ReviewContext> = {},
  under = rule,
) {
  const answer: NewReview & ReviewContext = {
    reviewerId: 'omar',
    verdict: 'approve',
    reason: 'on call',
    nowMs: T0 + MINUTE,
    reviewerGroups: ['oncall'],
    requesterGroups: ['engineering'],
    grantId: 'grant-1',
    ...changes,
  };
  return reviewRequest(request, under, answer, answer);
}
