import { describe, expect, it } from '@jest/globals';
import { MINUTE, rule, submitContext, submitted, T0, wish } from '../test/fixtures.js';
import type { AccessRule } from './access-rule.js';
import { possibleReviewers } from './possible-reviewers.js';
import { submitRequest } from './submit-request.js';
import type { NewRequest } from './submit-request.js';

describe('submitRequest', () => {
  it('opens a pending request that pins the rule version and its deadline', () => {
    expect(submitRequest(wish, rule, submitContext)).toStrictEqual({
      ok: true,
      request: {
        id: 'req-1',
        ruleId: 'prod-db-read',
        ruleVersion: 'v3',
        requesterId: 'dana',
        reason: 'INC-7: orders stuck',
        requestedDurationSeconds: 1800,
        state: 'pending',
        createdAtMs: T0,
        deadlineAtMs: T0 + 120 * MINUTE,
        reviews: [],
        version: 1,
      },
      events: [
        { type: 'request.submitted', requestId: 'req-1', to: 'pending', actorId: 'dana', atMs: T0 },
      ],
    });
  });

  it('asks for the default duration where none is given', () => {
    const { durationSeconds: _, ...open } = wish;
    const result = submitRequest(open, rule, submitContext);
    expect(result.ok && result.request.requestedDurationSeconds).toBe(900);
  });

  it.each<[string, Partial<NewRequest>, Partial<AccessRule>]>([
    ['not-eligible', { requesterId: 'eve' }, { eligible: { groups: [], users: ['dana'] } }],
    ['duration-too-long', { durationSeconds: 3601 }, {}],
    ['duration-not-positive', { durationSeconds: 0 }, {}],
    ['duration-not-positive', { durationSeconds: -1 }, {}],
    ['duration-not-positive', { durationSeconds: Number.NaN }, {}],
    ['duration-not-positive', { durationSeconds: 0.5 }, {}],
    ['start-out-of-range', { startMs: T0 - 1 }, {}],
    ['start-out-of-range', { startMs: T0 + 14 * 24 * 60 * MINUTE + 1 }, {}],
    ['start-out-of-range', { startMs: Number.NaN }, {}],
    ['reason-required', { reason: ' \n ' }, {}],
    ['reason-too-short', { reason: '   INC-7      ' }, {}],
    ['reason-too-long', { reason: 'x'.repeat(2001) }, { reasonRequired: false }],
    ['no-approver-available', {}, { approvers: { groups: [], users: ['dana'] } }],
    [
      'no-approver-available',
      {},
      { approvers: { groups: ['oncall'], users: [] }, approvalsNeeded: 2 },
    ],
    ['rule-invalid', {}, { approvalsNeeded: 0 }],
    ['rule-invalid', {}, { approvalsNeeded: Number.NaN }],
    ['rule-invalid', {}, { maxDurationSeconds: Number.POSITIVE_INFINITY }],
    ['rule-invalid', {}, { defaultDurationSeconds: 3601 }],
    ['rule-invalid', {}, { minReasonLength: -1 }],
  ])('refuses with %s the wish %j under %j', (reason, wishChanges, ruleChanges) => {
    const under = { ...rule, ...ruleChanges };
    expect(submitRequest({ ...wish, ...wishChanges }, under, submitContext)).toEqual({
      ok: false,
      reason,
    });
  });

  it('accepts a reason of exactly the least length', () => {
    expect(submitted({ reason: ' 0123456789 ' }).reason).toBe(' 0123456789 ');
  });

  it('needs no reason where the rule asks for none', () => {
    expect(submitted({ reason: '' }, { ...rule, reasonRequired: false }).reason).toBe('');
  });

  it('counts everyone who could approve, without the requester', () => {
    const reviewers = possibleReviewers(rule, 'dana', submitContext.membersByGroup);
    expect([...reviewers].sort()).toEqual(['olga', 'omar']);
  });
});
