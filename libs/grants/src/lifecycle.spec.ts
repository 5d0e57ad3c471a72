import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AccessRequest } from './access-request.js';
import type { AccessRule } from './access-rule.js';
import { endGrant, returnGrant, revokeGrant, startGrant } from './change-grant.js';
import { cancelRequest, expireRequest } from './close-request.js';
import { isLive, isOpen } from './grant.js';
import type { Grant } from './grant.js';
import type { AccessRequestEvent, GrantEvent } from './grants-event.js';
import { reviewRequest } from './review-request.js';
import { submitRequest } from './submit-request.js';

interface World {
  readonly nowMs: number;
  readonly request?: AccessRequest;
  readonly grant?: Grant;
  readonly events: readonly (AccessRequestEvent | GrantEvent)[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

interface Command {
  readonly kind:
    | 'submit'
    | 'approve'
    | 'deny'
    | 'cancel'
    | 'expire'
    | 'start'
    | 'revoke'
    | 'return'
    | 'end'
    | 'wait'
    | 'regroup';
  readonly user: string;
  readonly seconds: number;
  readonly groups: readonly string[];
}

const people = ['dana', 'omar', 'olga', 'otto', 'eve'];
const kinds: readonly Command['kind'][] = [
  'submit',
  'approve',
  'approve',
  'approve',
  'deny',
  'cancel',
  'expire',
  'start',
  'revoke',
  'return',
  'end',
  'wait',
  'wait',
  'regroup',
];
const command: fc.Arbitrary<Command> = fc.record({
  kind: fc.constantFrom(...kinds),
  user: fc.constantFrom('dana', ...people),
  // Small enough that waits land on both sides of starts, ends and deadlines; sometimes nonsense, sometimes back in time.
  seconds: fc.integer({ min: -20, max: 120 }),
  groups: fc.subarray(['engineering', 'oncall']),
});
// Most sequences open with a sound wish: left to chance alone few would get as far as a grant.
const sound = command.map((each) => ({
  ...each,
  kind: 'submit' as const,
  user: 'dana',
  seconds: 1 + (Math.abs(each.seconds) % 60),
}));
const commands = fc
  .tuple(fc.option(sound, { freq: 10 }), fc.array(command, { maxLength: 30, size: 'max' }))
  .map(([first, rest]) => (first === null ? rest : [first, ...rest]));
const ruleArbitrary: fc.Arbitrary<AccessRule> = fc
  .record({
    approvalsNeeded: fc.integer({ min: 1, max: 3 }),
    maxDurationSeconds: fc.integer({ min: 60, max: 120 }),
    defaultDurationSeconds: fc.integer({ min: 1, max: 60 }),
    approvalDeadlineSeconds: fc.integer({ min: 1, max: 600 }),
  })
  .map((drawn) => ({
    ...drawn,
    id: 'rule',
    title: 'Rule',
    role: { type: 'role', id: 'reader' },
    eligible: { groups: ['engineering'], users: ['dana'] },
    approvers: { groups: ['oncall'], users: ['omar', 'dana'] },
    reasonRequired: false,
    minReasonLength: 0,
  }));

function step(world: World, rule: AccessRule, command: Command): World {
  const { kind, user, seconds, groups } = command;
  if (kind === 'wait') return { ...world, nowMs: world.nowMs + seconds * 1000 };
  if (kind === 'regroup') return { ...world, groups: { ...world.groups, [user]: groups } };
  const result =
    changeGrant(world, rule, command) ??
    (world.request === undefined
      ? submit(world, rule, command)
      : changeRequest(world, world.request, rule, command));
  if (!result?.ok) return world;
  const { ok: _, events, ...changed } = result;
  return { ...world, ...changed, events: [...world.events, ...events] };
}

function submit(world: World, rule: AccessRule, { kind, user, seconds }: Command) {
  if (kind !== 'submit') return undefined;
  const { nowMs } = world;
  const start = seconds % 3 === 0 ? { startMs: nowMs + seconds * 1000 } : {};
  const wish = { id: 'req', requesterId: user, reason: '', durationSeconds: seconds, ...start };
  const oncall = people.filter((person) => world.groups[person]?.includes('oncall'));
  return submitRequest(wish, rule, {
    nowMs,
    ruleVersion: 'v1',
    requesterGroups: world.groups[user] ?? [],
    membersByGroup: new Map([['oncall', oncall]]),
  });
}

function changeRequest(
  { nowMs, groups }: World,
  request: AccessRequest,
  rule: AccessRule,
  { kind, user, seconds }: Command,
) {
  if (kind === 'cancel') return cancelRequest(request, user, nowMs);
  if (kind === 'expire') return expireRequest(request, nowMs);
  if (kind !== 'approve' && kind !== 'deny') return undefined;
  const bound = seconds % 4 === 0 ? { durationSeconds: seconds } : {};
  const answer = { reviewerId: user, verdict: kind, reason: '', ...bound };
  const reviewerGroups = groups[user] ?? [];
  const requesterGroups = groups[request.requesterId] ?? [];
  return reviewRequest(request, rule, answer, {
    nowMs,
    reviewerGroups,
    requesterGroups,
    grantId: 'grant',
  });
}

function changeGrant({ nowMs, grant, groups }: World, rule: AccessRule, { kind, user }: Command) {
  if (grant === undefined) return undefined;
  const subjectGroups = groups[grant.subjectId] ?? [];
  if (kind === 'start') return startGrant(grant, rule, { nowMs, subjectGroups });
  if (kind === 'end') return endGrant(grant, nowMs);
  const end = { actorId: user, reason: 'why', nowMs };
  if (kind === 'revoke') return revokeGrant(grant, end);
  return kind === 'return' ? returnGrant(grant, end) : undefined;
}

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

const start: World = {
  nowMs: 1_000_000,
  events: [],
  groups: { dana: ['engineering'], olga: ['oncall'], otto: ['oncall', 'engineering'] },
};

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
