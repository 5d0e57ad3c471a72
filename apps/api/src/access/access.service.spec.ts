import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AccessRule } from '@sallyport/grants';
import { Clock } from '../platform/clock.js';
import { FakeFactsRegister } from '../registers/facts.fake.js';
import { AccessStoreFake } from './access-store.fake.js';
import { GrantTokens, Reminders } from './access.ports.js';
import { AccessService, type Actor } from './access.service.js';
import { ExpiryService } from './expiry.service.js';

const RULE: AccessRule = {
  id: 'prod-db-reader',
  title: 'Read the production database',
  role: { type: 'role', id: 'prod-db-reader' },
  eligible: { groups: ['engineering'], users: [] },
  approvers: { groups: ['oncall'], users: [] },
  approvalsNeeded: 1,
  maxDurationSeconds: 14_400,
  defaultDurationSeconds: 1_800,
  reasonRequired: true,
  minReasonLength: 10,
  approvalDeadlineSeconds: 3_600,
};
const WISH = { ruleId: RULE.id, durationSeconds: 1_800, reason: 'incident 4711 in production' };

class FakeClock extends Clock {
  ms = Date.UTC(2026, 0, 1);
  override nowMs(): number {
    return this.ms;
  }
}

class ReminderLog extends Reminders {
  readonly said: string[] = [];
  override remindGrantEnd(_tenant: string, id: string, atMs: number): Promise<void> {
    return Promise.resolve(void this.said.push(`grant ${id} at ${atMs}`));
  }
  override remindRequestDeadline(_tenant: string, id: string, atMs: number): Promise<void> {
    return Promise.resolve(void this.said.push(`request ${id} at ${atMs}`));
  }
}

class TokenLog extends GrantTokens {
  readonly revoked: string[] = [];
  override revokeForGrant(_tenant: string, grantId: string, reason: string): Promise<number> {
    return Promise.resolve(this.revoked.push(`${grantId} ${reason}`));
  }
}

const actor = (id: string, roles: string[] = [], tenantId = 'acme'): Actor => ({
  tenantId,
  subject: { type: 'user', id },
  roles,
});
const dana = actor('dana');
const omar = actor('omar');

describe('access requests', () => {
  let clock: FakeClock;
  let store: AccessStoreFake;
  let reminders: ReminderLog;
  let tokens: TokenLog;
  let access: AccessService;
  let expiry: ExpiryService;

  beforeEach(() => {
    clock = new FakeClock();
    store = new AccessStoreFake();
    reminders = new ReminderLog();
    tokens = new TokenLog();
    const facts = new FakeFactsRegister({ nowMs: () => clock.ms });
    for (const tenantId of ['acme', 'other']) fill(facts, tenantId);
    store.addRule('acme', RULE, '1');
    access = new AccessService(store, facts, reminders, tokens, clock);
    expiry = new ExpiryService(store, tokens, clock);
  });

  const fill = (facts: FakeFactsRegister, tenantId: string): void => {
    const members = { dana: 'engineering', omar: 'oncall', olga: 'oncall', eve: 'sales' };
    for (const [id, group] of Object.entries(members)) {
      const value = {
        uid: { type: 'user', id },
        attrs: {},
        parents: [{ type: 'group', id: group }],
      };
      facts.put(tenantId, { kind: 'entity', key: ['user', id], value });
    }
    facts.put(tenantId, { kind: 'rule', key: [RULE.id], value: { version: 1, rule: RULE } });
  };
  const approve = async (durationSeconds?: number) => {
    const request = await access.submit(dana, WISH);
    const bound = durationSeconds === undefined ? {} : { durationSeconds };
    await access.review(omar, request.id, { verdict: 'approve', reason: 'go', ...bound });
    const grant = await store.findGrantOfRequest('acme', request.id);
    if (!grant) throw new Error('an approval made no grant');
    return { request, grant };
  };
  const types = () => store.logged.map(({ entry }) => entry.type);

  test('a reviewer shortens, and the grant lives from the approval for just as long', async () => {
    const { grant } = await approve(600);
    expect(grant).toMatchObject({
      subjectId: 'dana',
      startsAtMs: clock.ms,
      endsAtMs: clock.ms + 600_000,
    });
    expect(types()).toEqual([
      'request.submitted',
      'request.reviewed',
      'request.approved',
      'grant.started',
    ]);
    expect(reminders.said.at(-1)).toBe(`grant ${grant.id} at ${grant.endsAtMs}`);
  });

  test.each([
    ['the requester', dana, 'self-review', 403],
    ['somebody who is no approver and may not even see it', actor('eve'), undefined, 404],
    ['an approver of another tenant', actor('omar', ['admin'], 'other'), undefined, 404],
  ])('%s cannot approve', async (_who, reviewer, reason, status) => {
    const request = await access.submit(dana, WISH);
    const review = access.review(reviewer, request.id, { verdict: 'approve', reason: '' });
    await expect(review).rejects.toMatchObject({ status, reason });
    expect((await store.findRequest('acme', request.id))?.state).toBe('pending');
  });

  test.each([
    ['a role that is not for them', actor('eve'), {}, 'not-eligible', undefined],
    [
      'longer than the rule allows',
      dana,
      { durationSeconds: 14_401 },
      'duration-too-long',
      'durationSeconds',
    ],
    ['no time at all', dana, { durationSeconds: 0 }, 'duration-not-positive', 'durationSeconds'],
    ['without a reason', dana, { reason: '   ' }, 'reason-required', 'reason'],
  ])('nobody asks for %s', async (_what, requester, change, reason, field) => {
    await expect(access.submit(requester, { ...WISH, ...change })).rejects.toMatchObject({
      reason,
      field,
    });
    expect(store.logged).toEqual([]);
  });

  test('two approvers at once make one grant', async () => {
    const request = await access.submit(dana, WISH);
    const outcomes = await Promise.allSettled(
      ['omar', 'olga'].map((id) =>
        access.review(actor(id), request.id, { verdict: 'approve', reason: '' }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(types().filter((type) => type === 'grant.started')).toHaveLength(1);
  });

  test('a grant is taken away by an approver or an administrator, and its tokens with it', async () => {
    const { grant } = await approve();
    await expect(access.revoke(dana, grant.id, 'mine')).rejects.toMatchObject({ status: 403 });
    await expect(access.revoke(actor('eve'), grant.id, 'x')).rejects.toMatchObject({ status: 404 });
    await expect(access.revoke(actor('omar', [], 'other'), grant.id, 'x')).rejects.toMatchObject({
      status: 404,
    });
    await access.revoke(omar, grant.id, 'over');
    expect(tokens.revoked).toEqual([`${grant.id} grant-revoked`]);
    expect((await store.findGrant('acme', grant.id))?.state).toBe('revoked');
    await expect(access.giveBack(dana, grant.id)).rejects.toMatchObject({ reason: 'not-live' });
  });

  test('time ends a grant once, however often and late it is told', async () => {
    const { grant } = await approve(60);
    await expiry.endGrant('acme', grant.id);
    expect((await store.findGrant('acme', grant.id))?.state).toBe('active');
    clock.ms = grant.endsAtMs + 3_600_000;
    await Promise.all([
      expiry.endGrant('acme', grant.id),
      expiry.sweep('acme'),
      expiry.endGrant('acme', grant.id),
    ]);
    expect(await store.findGrant('acme', grant.id)).toMatchObject({
      state: 'ended',
      endedAtMs: grant.endsAtMs,
    });
    expect(types().filter((type) => type === 'grant.ended')).toHaveLength(1);
    expect(tokens.revoked).toContain(`${grant.id} grant-ended`);
    expect(await expiry.sweep('acme')).toBe(0);
  });

  test('a request nobody answers expires', async () => {
    const request = await access.submit(dana, WISH);
    clock.ms = request.deadlineAtMs;
    const late = access.review(omar, request.id, { verdict: 'approve', reason: '' });
    await expect(late).rejects.toMatchObject({ reason: 'deadline-passed' });
    expect(await expiry.sweep('acme')).toBe(1);
    expect((await store.findRequest('acme', request.id))?.state).toBe('expired');
    expect(types().at(-1)).toBe('request.expired');
  });
});
