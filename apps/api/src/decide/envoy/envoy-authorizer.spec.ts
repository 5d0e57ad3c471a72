import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import fc from 'fast-check';
import { acme, DANA, ISSUER, KEY, NOW_MS } from '../acme.fake.js';
import { startBroker, type TestBroker } from '../decide.fake.js';
import { anyCheck } from './any-check.fake.js';
import type { CheckAttributes, CheckHttp } from './check-request.js';
import type { CheckResponse } from './check-response.js';
import { toStruct } from './struct.js';

jest.setTimeout(60_000);

const caller = { key: KEY, remainingMs: 1_000 };
const path = '/records/42?page=2';

describe('a check of Envoy', () => {
  let broker: TestBroker;
  let authorization: string;
  beforeEach(async () => {
    broker = await startBroker(trusting('subject', 'ip', 'jwt_authn', 'xfcc'));
    authorization = `Bearer ${await broker.subjectToken()}`;
  });

  const check = (http: CheckHttp, attributes: CheckAttributes = {}, by = caller) =>
    broker.envoyAuthorizer.check(
      { attributes: { ...attributes, request: { http: { method: 'GET', path, ...http } } } },
      by,
    );
  const asDana = (attributes: CheckAttributes = {}) =>
    check({ headers: { authorization } }, attributes);
  const entry = () => broker.log.entries('acme').at(-1) as DecisionEntry;

  test('is allowed with the decision, and every other header of ours removed', async () => {
    const answer = await asDana();
    expect(answer.status.code).toBe(0);
    expect(told(answer)).toEqual({
      'x-decision-id': entry().id,
      'x-policy-version': entry().policyVersion,
      'x-sallyport-reason': 'policy-permit',
      'x-sallyport-subject': `user:${DANA.id}`,
    });
    expect(answer.ok_response?.headers_to_remove).toEqual([
      'x-sallyport-warning',
      'x-sallyport-groups',
      'x-sallyport-key',
      'x-sallyport-message',
      'x-sallyport-token',
    ]);
    expect(answer.dynamic_metadata).toMatchObject(
      toStruct({ decision_id: entry().id, decision: true, permitted: true, mode: 'enforce' }),
    );
    expect(entry().request['context']).toMatchObject({ adapter: 'envoy', subject_source: 'token' });
  });

  test('takes the subject of a token that Envoy verified, where it is trusted for that', async () => {
    const payload = (claims: object) => ({
      metadata_context: {
        filter_metadata: {
          'envoy.filters.http.jwt_authn': toStruct({
            jwt_payload: {
              iss: ISSUER,
              aud: ['x', 'acme-apps'],
              sub: DANA.id,
              exp: NOW_MS / 1_000 + 60,
              ...claims,
            },
          }),
        },
      },
    });
    const ask = (claims: object) => check({}, payload(claims));
    expect((await ask({})).status.code).toBe(0);
    expect(entry()).toMatchObject({ subject: DANA, facts: { authn: { method: 'asserted' } } });
    for (const [claims, reason] of [
      [{ exp: NOW_MS / 1_000 }, 'subject-token-expired'],
      [{ exp: 'never' }, 'subject-token-invalid'],
      [{ iss: 'https://elsewhere' }, 'subject-token-invalid'],
      [{ aud: 'others' }, 'subject-token-invalid'],
      [{ sub: 7 }, 'subject-token-invalid'],
      [{ sub: '' }, 'subject-token-invalid'],
      [{ iss: 7 }, 'subject-token-missing'],
    ] as const) {
      expect(await ask(claims)).toMatchObject({ status: { code: 16, message: reason } });
    }
    broker = await startBroker(trusting('*'));
    expect(await ask({})).toMatchObject({ status: { message: 'subject-token-missing' } });
  });

  test('may be about what the proxy configured for the route', async () => {
    const ours = { 'sallyport.action': 'knock', 'sallyport.resource_type': 'door', other: 'x' };
    const full = { ...ours, 'sallyport.resource_id': 'front' };
    const ask = (context_extensions: Record<string, string>, more: CheckAttributes = {}) =>
      check({ path: '/elsewhere', headers: { authorization } }, { context_extensions, ...more });
    expect((await ask(full)).status.code).toBe(0);
    expect(entry()).toMatchObject({ action: 'knock', resource: { type: 'door', id: 'front' } });
    const metadata = toStruct({ resource_id: 'back' });
    const route_metadata_context = { filter_metadata: { sallyport: metadata } };
    expect((await ask(ours, { route_metadata_context })).status.code).toBe(0);
    expect(entry().resource.id).toBe('back');
    for (const [extensions, reason] of [
      [ours, 'route-unknown'],
      [{ ...full, 'sallyport.actoin': 'read' }, 'request-invalid'],
      [{ ...full, 'sallyport.action': '' }, 'request-invalid'],
      [{ ...full, 'sallyport.subject': 'anybody' }, 'request-invalid'],
      [{ ...full, 'sallyport.xfcc_trusted_hops': '-1' }, 'request-invalid'],
    ] as const) {
      expect((await ask(extensions)).status).toEqual({ code: 7, message: reason });
    }
    expect(await ask(full, { route_metadata_context })).toMatchObject({ status: { code: 7 } });
  });

  test('is denied in time when the answer takes longer than anybody waits', async () => {
    broker.log.failWith(new Error('disk'));
    expect(await asDana()).toMatchObject({
      status: { code: 7, message: 'audit-unavailable' },
      denied_response: { status: { code: 503 } },
    });
    for (const remainingMs of [0, -1, Number.NaN]) {
      const answer = await check({ headers: { authorization } }, {}, { key: KEY, remainingMs });
      expect(answer.status).toEqual({ code: 7, message: 'deadline-exceeded' });
    }
  });

  test('of somebody who is not an enforcement point is denied, and in no log', async () => {
    for (const by of [
      { key: 'nobody-has-this' },
      { key: '' },
      { key: 'k'.repeat(9_000) },
      { spiffeId: 'spiffe://a/b' },
      {},
    ]) {
      const answer = await broker.envoyAuthorizer.check({}, { ...by, remainingMs: 1_000 });
      expect(answer).toMatchObject({
        status: { code: 16, message: 'pep-unauthenticated' },
        denied_response: { status: { code: 403 } },
      });
    }
    expect(broker.log.entries('acme')).toEqual([]);
  });

  test('of an enforcement point that asks more often than it may is denied, and no fault', async () => {
    broker = await startBroker(
      acme({
        peps: acme().peps.map((pep) => ({ ...pep, limits: { perSecond: 0.001, burst: 1 } })),
      }),
    );
    expect((await check({})).status.message).toBe('subject-token-missing');
    expect(await check({})).toMatchObject({
      status: { code: 7, message: 'rate-limited' },
      denied_response: { status: { code: 429 } },
    });
    expect([broker.log.entries('acme').length, broker.faults]).toEqual([1, []]);
  });

  test('is never allowed without a permit in the log, whatever it holds', async () => {
    let allowed = 0;
    await fc.assert(
      fc.asyncProperty(anyCheck(authorization), async (attributes) => {
        const answer = await broker.envoyAuthorizer.check({ attributes }, caller);
        if (answer.status.code === 0) {
          allowed += 1;
          expect(entry()).toMatchObject({ id: told(answer)['x-decision-id'], decision: true });
          expect(entry().determining).not.toEqual([]);
        } else expect([401, 403, 503]).toContain(answer.denied_response?.status.code);
      }),
      { numRuns: 1_000 },
    );
    expect(allowed).toBeGreaterThan(0);
    expect(broker.faults).toEqual([]);
  });
});

function trusting(...trustedProperties: string[]) {
  return acme({ peps: acme().peps.map((pep) => ({ ...pep, trustedProperties })) });
}

function told({ ok_response: ok, denied_response: denied }: CheckResponse): Record<string, string> {
  const headers = ok?.headers ?? denied?.headers ?? [];
  return Object.fromEntries(headers.map(({ header }) => [header.key, header.value]));
}
