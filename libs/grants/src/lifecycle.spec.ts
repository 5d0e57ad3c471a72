import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commands, ruleArbitrary, start, step } from '../test/world.js';
import type { World } from '../test/world.js';
import type { AccessRule } from './access-rule.js';
import { isLive, isOpen } from './grant.js';

function expectStepIsLawful(before: World, after: World, rule: AccessRule): void {
  const news = after.events.slice(before.events.length);
  const requestMoves = news.filter((e) => 'grantId' in e === false && e.from !== e.to);
  const grantMoves = news.filter((e) => 'grantId' in e);
  const hasMoved = (was?: { state: string }, is?: { state: string }) =>
    was?.state === is?.state ? [] : [[was?.state, is?.state]];
  expect(requestMoves.map((e) => [e.from, e.to])).toEqual(hasMoved(before.request, after.request));
  expect(grantMoves.map((e) => [e.from, e.to])).toEqual(hasMoved(before.grant, after.grant));
  for (const [was, is] of [
    [before.request, after.request],
    [before.grant, after.grant],
  ]) {
    if (was !== is) expect(is?.version).toBe((was?.version ?? 0) + 1);
  }
  if (before.request !== undefined && before.request.state !== 'pending') {
    expect(after.request).toBe(before.request);
  }
  if (before.grant !== undefined && !isOpen(before.grant)) expect(after.grant).toBe(before.grant);
  if (before.grant === undefined && after.grant !== undefined) {
    expectGrantIsLawful(after, rule);
    expect(after.nowMs).toBeLessThan(after.request?.deadlineAtMs ?? 0);
  }
}

function expectGrantIsLawful({ request, grant }: World, rule: AccessRule): void {
  if (request === undefined || grant === undefined) throw new Error('a grant without a request');
  expect(request.state).toBe('approved');
  const approvers = request.reviews.map((review) => review.reviewerId);
  expect(request.reviews.every((review) => review.verdict === 'approve')).toBe(true);
  expect(new Set(approvers).size).toBe(rule.approvalsNeeded);
  expect(approvers).toHaveLength(rule.approvalsNeeded);
  expect(approvers).not.toContain(request.requesterId);
  const bounds = request.reviews.map((review) => review.durationSeconds ?? Infinity);
  const cap = Math.min(request.requestedDurationSeconds, rule.maxDurationSeconds, ...bounds);
  expect(grant.startsAtMs).toBeGreaterThanOrEqual(request.decidedAtMs ?? Infinity);
  expect(grant.endsAtMs - grant.startsAtMs).toBe(cap * 1000);
  expect(cap).toBeGreaterThan(0);
}

describe('the life of a request and its grant', () => {
  it('obeys every invariant under any sequence of commands and any clock', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(ruleArbitrary, commands, (rule, sequence) => {
        let world = start;
        for (const next of sequence) {
          const after = step(world, rule, next);
          expectStepIsLawful(world, after, rule);
          world = after;
          const { grant, nowMs } = world;
          if (grant !== undefined && isLive(grant, nowMs)) {
            expect(nowMs).toBeGreaterThanOrEqual(grant.startsAtMs);
            expect(nowMs).toBeLessThan(grant.endsAtMs);
          }
        }
        for (const event of world.events) reached.add(event.type);
      }),
      { numRuns: 1000 },
    );
    // The property would be hollow if the commands never got anywhere.
    expect([...reached].sort()).toEqual([
      'grant.ended',
      'grant.returned',
      'grant.revoked',
      'grant.scheduled',
      'grant.started',
      'request.approved',
      'request.cancelled',
      'request.denied',
      'request.expired',
      'request.reviewed',
      'request.submitted',
    ]);
  });
});
