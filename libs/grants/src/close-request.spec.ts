import { describe, expect, it } from '@jest/globals';
import { MINUTE, submitted, T0 } from '../test/fixtures.js';
import { cancelRequest, expireRequest } from './close-request.js';

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
