import fc from 'fast-check';
import type { AccessRequest } from '../src/access-request.js';
import type { AccessRule } from '../src/access-rule.js';
import { endGrant, returnGrant, revokeGrant, startGrant } from '../src/change-grant.js';
import { cancelRequest, expireRequest } from '../src/close-request.js';
import type { Grant } from '../src/grant.js';
import type { AccessRequestEvent, GrantEvent } from '../src/grants-event.js';
import { reviewRequest } from '../src/review-request.js';
import { submitRequest } from '../src/submit-request.js';

export interface World {
  readonly nowMs: number;
  readonly request?: AccessRequest;
  readonly grant?: Grant;
  readonly events: readonly (AccessRequestEvent | GrantEvent)[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

export interface Command {
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
export const commands = fc
  .tuple(fc.option(sound, { freq: 10 }), fc.array(command, { maxLength: 30, size: 'max' }))
  .map(([first, rest]) => (first === null ? rest : [first, ...rest]));
export const ruleArbitrary: fc.Arbitrary<AccessRule> = fc
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

export function step(world: World, rule: AccessRule, command: Command): World {
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

export const start: World = {
  nowMs: 1_000_000,
  events: [],
  groups: { dana: ['engineering'], olga: ['oncall'], otto: ['oncall', 'engineering'] },
};
