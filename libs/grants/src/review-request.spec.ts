import { describe, expect, it } from '@jest/globals';
import { MINUTE, review, rule, submitted, T0 } from '../test/fixtures.js';
import { approvalEffect } from './approval-effect.js';
import type { NewReview, ReviewContext } from './review-request.js';

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
