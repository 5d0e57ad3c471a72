import { describe, expect, it } from '@jest/globals';
import { rule } from '../test/fixtures.js';
import { endGrant, returnGrant, revokeGrant, startGrant } from './change-grant.js';
import { isLive } from './grant.js';
import type { Grant, GrantState } from './grant.js';

const START = 1_000_000;
const END = 1_600_000;
const active: Grant = {
  id: 'grant-1',
  requestId: 'req-1',
  subjectId: 'dana',
  role: { type: 'role', id: 'prod-db-reader' },
  startsAtMs: START,
  endsAtMs: END,
  state: 'active',
  version: 1,
};
const scheduled: Grant = { ...active, state: 'scheduled' };
const eligible = { subjectGroups: ['engineering'] };
const omar = { actorId: 'omar', reason: 'incident closed', nowMs: START + 1 };
const closed: readonly GrantState[] = ['ended', 'revoked', 'returned'];

describe('isLive', () => {
  it('holds from the start until just before the end', () => {
    expect([START - 1, START, END - 1, END].map((at) => isLive(active, at))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('does not wait for a job that records the start', () => {
    expect(isLive(scheduled, START)).toBe(true);
  });

  it.each(closed)('is false in the state %s', (state) => {
    expect(isLive({ ...active, state }, START)).toBe(false);
  });

  it('is false for a time that is not a number', () => {
    expect(isLive(active, Number.NaN)).toBe(false);
  });
});

describe('startGrant', () => {
  it('records the start of a scheduled grant', () => {
    expect(startGrant(scheduled, rule, { ...eligible, nowMs: START })).toEqual({
      ok: true,
      grant: { ...active, version: 2 },
      events: [
        {
          type: 'grant.started',
          grantId: 'grant-1',
          requestId: 'req-1',
          subjectId: 'dana',
          from: 'scheduled',
          to: 'active',
          atMs: START,
        },
      ],
    });
  });

  it.each([
    ['not-scheduled', active, START, ['engineering']],
    ['not-started', scheduled, START - 1, ['engineering']],
    ['not-live', scheduled, END, ['engineering']],
    ['not-eligible', scheduled, START, ['sales']],
  ])('refuses with %s', (reason, grant, nowMs, subjectGroups) => {
    expect(startGrant(grant, rule, { nowMs, subjectGroups })).toEqual({ ok: false, reason });
  });
});

describe('revokeGrant and returnGrant', () => {
  it('takes a grant away at once and records who and why', () => {
    const result = revokeGrant(active, omar);
    expect(result).toMatchObject({
      ok: true,
      grant: {
        state: 'revoked',
        endsAtMs: END,
        endedAtMs: START + 1,
        endedBy: 'omar',
        endReason: 'incident closed',
        version: 2,
      },
      events: [
        { type: 'grant.revoked', actorId: 'omar', reason: 'incident closed', from: 'active' },
      ],
    });
    expect(result.ok && isLive(result.grant, START + 1)).toBe(false);
  });

  it('takes a scheduled grant away before it starts', () => {
    const result = revokeGrant(scheduled, { ...omar, nowMs: START - 1 });
    expect(result.ok && isLive(result.grant, START)).toBe(false);
  });

  it('lets the holder, and nobody else, give a grant back', () => {
    expect(returnGrant(active, omar)).toEqual({ ok: false, reason: 'not-the-holder' });
    const result = returnGrant(active, { ...omar, actorId: 'dana' });
    expect(result).toMatchObject({ ok: true, grant: { state: 'returned', endedBy: 'dana' } });
    expect(result.ok && result.events).toMatchObject([{ type: 'grant.returned' }]);
  });

  it.each(closed)('refuses a grant that is already %s', (state) => {
    const grant = { ...active, state };
    expect(revokeGrant(grant, omar)).toEqual({ ok: false, reason: 'not-live' });
    const dana = { ...omar, actorId: 'dana' };
    expect(returnGrant(grant, dana)).toEqual({ ok: false, reason: 'not-live' });
    expect(endGrant(grant, END)).toEqual({ ok: false, reason: 'not-live' });
  });

  it('refuses a grant whose time is over, so that the record says it ended by time', () => {
    expect(revokeGrant(active, { ...omar, nowMs: END })).toEqual({ ok: false, reason: 'not-live' });
  });

  it('refuses a reason beyond the bound', () => {
    const long = { ...omar, reason: 'x'.repeat(2001) };
    expect(revokeGrant(active, long)).toEqual({ ok: false, reason: 'reason-too-long' });
  });
});

describe('endGrant', () => {
  it('dates the end by the grant, however late it is recorded', () => {
    const result = endGrant(active, END + 86_400_000);
    expect(result).toMatchObject({
      ok: true,
      grant: { state: 'ended', endedAtMs: END, version: 2 },
      events: [{ type: 'grant.ended', from: 'active', to: 'ended', atMs: END + 86_400_000 }],
    });
    expect(result.ok && result.grant).not.toHaveProperty('endedBy');
  });

  it('ends a grant whose start was never recorded', () => {
    expect(endGrant(scheduled, END).ok).toBe(true);
  });

  it('refuses before the time is over', () => {
    expect(endGrant(active, END - 1)).toEqual({ ok: false, reason: 'not-over' });
  });
});
