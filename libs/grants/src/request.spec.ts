import { describe, expect, it } from '@jest/globals';
import type { AccessRequest } from './access-request.js';
import type { AccessRule } from './access-rule.js';
import { approvalEffect } from './approval-effect.js';
import { cancelRequest, expireRequest } from './close-request.js';
import { possibleReviewers } from './possible-reviewers.js';
import { reviewRequest } from './review-request.js';
import type { NewReview, ReviewContext } from './review-request.js';
import { submitRequest } from './submit-request.js';
import type { NewRequest, SubmitContext } from './submit-request.js';

const T0 = Date.parse('2026-03-01T09:00:00Z');
const MINUTE = 60_000;
const rule: AccessRule = {
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
const wish: NewRequest = {
  id: 'req-1',
  requesterId: 'dana',
  reason: 'INC-7: orders stuck',
  durationSeconds: 1800,
};
const submitContext: SubmitContext = {
  nowMs: T0,
  ruleVersion: 'v3',
  requesterGroups: ['engineering'],
  membersByGroup: new Map([['oncall', ['omar', 'dana']]]),
};

function submitted(changes: Partial<NewRequest> = {}, under = rule): AccessRequest {
  const result = submitRequest({ ...wish, ...changes }, under, submitContext);
  if (!result.ok) throw new Error(result.reason);
  return result.request;
}

function review(
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

describe('submitRequest', () => {
  it('opens a pending request that pins the rule version and its deadline', () => {
    expect(submitRequest(wish, rule, submitContext)).toEqual({
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

  it('needs no reason where the rule asks for none', () => {
    expect(submitted({ reason: '' }, { ...rule, reasonRequired: false }).reason).toBe('');
  });

  it('counts everyone who could approve, without the requester', () => {
    const reviewers = possibleReviewers(rule, 'dana', submitContext.membersByGroup);
    expect([...reviewers].sort()).toEqual(['olga', 'omar']);
  });
});

describe('reviewRequest', () => {
  it('turns one approval into an active grant whose clock starts now, and logs each step once', () => {
    const result = review(submitted(), { durationSeconds: 600 });
    const given = {
      reviewerId: 'omar',
      verdict: 'approve',
      durationSeconds: 600,
      reason: 'on call',
      atMs: T0 + MINUTE,
    };
    expect(result).toMatchObject({
      ok: true,
      request: { state: 'approved', decidedAtMs: T0 + MINUTE, reviews: [given], version: 2 },
    });
    expect(result.ok && result.grant).toEqual({
      id: 'grant-1',
      requestId: 'req-1',
      subjectId: 'dana',
      role: rule.role,
      startsAtMs: T0 + MINUTE,
      endsAtMs: T0 + 11 * MINUTE,
      state: 'active',
      version: 1,
    });
    expect(result.ok && result.events.map((event) => event.type)).toEqual([
      'request.reviewed',
      'request.approved',
      'grant.started',
    ]);
  });

  it.each<[string, Partial<NewReview & ReviewContext>]>([
    ['self-review', { reviewerId: 'dana' }],
    ['not-a-reviewer', { reviewerId: 'eve', reviewerGroups: ['engineering'] }],
    ['not-eligible', { requesterGroups: [] }],
    ['deadline-passed', { nowMs: T0 + 120 * MINUTE }],
    ['deadline-passed', { nowMs: Number.NaN }],
    ['deadline-passed', { verdict: 'deny', nowMs: T0 + 120 * MINUTE }],
    ['duration-too-long', { durationSeconds: 1801 }],
    ['duration-not-positive', { durationSeconds: 0 }],
    ['reason-too-long', { reason: 'x'.repeat(2001) }],
    ['reason-too-long', { verdict: 'deny', reason: 'x'.repeat(2001) }],
  ])('refuses with %s the review %j', (reason, changes) => {
    expect(review(submitted(), changes)).toEqual({ ok: false, reason });
  });

  it('refuses a review under another rule or an unsound one', () => {
    const request = submitted();
    expect(review(request, {}, { ...rule, id: 'other' })).toEqual({
      ok: false,
      reason: 'wrong-rule',
    });
    const unsound = { ...rule, approvalsNeeded: 0 };
    expect(review(request, {}, unsound)).toEqual({ ok: false, reason: 'rule-invalid' });
  });

  it('counts reviews until the very last instant before the deadline', () => {
    expect(review(submitted(), { nowMs: T0 + 120 * MINUTE - 1 }).ok).toBe(true);
  });

  it('needs distinct approvers for a quorum, and takes the shortest duration any of them allowed', () => {
    const two = { ...rule, approvalsNeeded: 2 };
    const first = review(submitted({}, two), { durationSeconds: 300 }, two);
    if (!first.ok) throw new Error(first.reason);
    expect(first.request).toMatchObject({ state: 'pending', version: 2 });
    expect(first.grant).toBeUndefined();
    expect(first.events.map((event) => event.type)).toEqual(['request.reviewed']);
    expect(review(first.request, {}, two)).toEqual({ ok: false, reason: 'already-reviewed' });
    const nowMs = T0 + 5 * MINUTE;
    const second = review(first.request, { reviewerId: 'olga', durationSeconds: 900, nowMs }, two);
    expect(second.ok && second.grant?.endsAtMs).toBe(nowMs + 300_000);
  });

  it('lets one denial stand against any approval before it', () => {
    const two = { ...rule, approvalsNeeded: 2 };
    const first = review(submitted({}, two), {}, two);
    if (!first.ok) throw new Error(first.reason);
    const denial: Partial<NewReview> = { reviewerId: 'olga', verdict: 'deny', durationSeconds: 60 };
    const second = review(first.request, denial, two);
    if (!second.ok) throw new Error(second.reason);
    expect(second.request.state).toBe('denied');
    expect(second.request.reviews[1]).not.toHaveProperty('durationSeconds');
    expect(second.grant).toBeUndefined();
    expect(review(second.request, { reviewerId: 'otto' }, two)).toEqual({
      ok: false,
      reason: 'not-pending',
    });
  });

  it('lets a reviewer deny a requester who is no longer eligible', () => {
    const result = review(submitted(), { verdict: 'deny', requesterGroups: [] });
    expect(result.ok && result.request.state).toBe('denied');
  });

  it("applies the rule's cap again when it was tightened meanwhile", () => {
    const tightened = { ...rule, maxDurationSeconds: 900 };
    const result = review(submitted(), {}, tightened);
    expect(result.ok && result.grant?.endsAtMs).toBe(T0 + MINUTE + 900_000);
  });

  it('schedules the grant for a later start that was asked for, and starts at once when that is past', () => {
    const request = submitted({ startMs: T0 + 30 * MINUTE });
    const early = review(request);
    expect(early.ok && early.grant).toMatchObject({
      state: 'scheduled',
      startsAtMs: T0 + 30 * MINUTE,
      endsAtMs: T0 + 60 * MINUTE,
    });
    expect(early.ok && early.events.at(-1)?.type).toBe('grant.scheduled');
    const late = review(request, { nowMs: T0 + 40 * MINUTE });
    expect(late.ok && late.grant).toMatchObject({
      state: 'active',
      startsAtMs: T0 + 40 * MINUTE,
      endsAtMs: T0 + 70 * MINUTE,
    });
  });

  it('previews exactly the grant that the approval then creates', () => {
    const request = submitted();
    const effect = approvalEffect(request, rule, 600, T0 + MINUTE);
    expect(effect.approvalsMissing).toBe(0);
    const result = review(request, { durationSeconds: 600 });
    expect(result.ok && result.grant).toMatchObject({
      role: effect.role,
      startsAtMs: effect.startsAtMs,
      endsAtMs: effect.endsAtMs,
    });
  });
});

describe('cancelRequest and expireRequest', () => {
  it('lets only the requester cancel, only while pending and before the deadline', () => {
    const request = submitted();
    const cancelled = cancelRequest(request, 'dana', T0 + MINUTE);
    expect(cancelled).toMatchObject({
      ok: true,
      request: { state: 'cancelled', decidedAtMs: T0 + MINUTE, version: 2 },
      events: [{ type: 'request.cancelled', from: 'pending', to: 'cancelled', actorId: 'dana' }],
    });
    expect(cancelRequest(request, 'omar', T0)).toEqual({ ok: false, reason: 'not-the-requester' });
    expect(cancelRequest(request, 'dana', request.deadlineAtMs)).toEqual({
      ok: false,
      reason: 'deadline-passed',
    });
    const again = cancelled.ok && cancelRequest(cancelled.request, 'dana', T0);
    expect(again).toEqual({ ok: false, reason: 'not-pending' });
  });

  it('expires a pending request at its deadline and not before, with no actor', () => {
    const request = submitted();
    const early = expireRequest(request, request.deadlineAtMs - 1);
    expect(early).toEqual({ ok: false, reason: 'deadline-not-passed' });
    const expired = expireRequest(request, request.deadlineAtMs);
    expect(expired.ok && expired.request.state).toBe('expired');
    expect(expired.ok && expired.events[0]).not.toHaveProperty('actorId');
    const again = expired.ok && expireRequest(expired.request, request.deadlineAtMs);
    expect(again).toEqual({ ok: false, reason: 'not-pending' });
  });
});
