import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DecisionEntry, TokenEntry } from '@sallyport/contracts';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { acme, DANA, KEY, NOW_MS } from '../acme.fake.js';
import { PUBLIC_URL, startBroker, type TestBroker } from '../decide.fake.js';
import { DOOR, entriesOf, exchange, EXCHANGE, exchangeForm, grant } from './oauth.fake.js';

jest.setTimeout(60_000);

const now = Math.floor(NOW_MS / 1000);

describe('POST /oauth2/token', () => {
  let broker: TestBroker;
  beforeEach(async () => {
    broker = await startBroker();
  });

  test('turns a permit into a token that ends with the grant, and logs both', async () => {
    grant(broker, NOW_MS + 90_000);
    const { status, headers, body } = await exchange(broker);
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    const details = [
      {
        type: 'sallyport_access',
        resource: { type: 'database', id: 'prod' },
        actions: ['read'],
        decision_id: headers['x-decision-id'],
        grant_ids: ['g1'],
      },
    ];
    expect(body).toEqual({
      access_token: expect.any(String),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 89,
      scope: 'read',
      authorization_details: details,
    });
    const token = String(body['access_token']);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    const claims = decodeJwt(token);
    expect(claims).toEqual({
      iss: PUBLIC_URL,
      sub: DANA.id,
      aud: 'prod-db',
      client_id: 'gateway',
      scope: 'read',
      iat: now,
      exp: now + 90,
      jti: expect.any(String),
      tenant: 'acme',
      authorization_details: details,
    });
    expect(entriesOf<DecisionEntry>(broker, 'decision')).toMatchObject([
      { id: headers['x-decision-id'], token: claims.jti },
    ]);
    expect(entriesOf<TokenEntry>(broker, 'token.issued')).toMatchObject([
      { tokenId: claims.jti, decisionId: headers['x-decision-id'], grants: ['g1'] },
    ]);
  });

  test('ends with the consent it rests on, before the five minutes of its policy', async () => {
    const record = { resource: 'urn:sallyport:record:42', purpose: 'TREAT' };
    // Consent ends with the second 10:02:00.
    expect((await exchange(broker, record)).body).toMatchObject({ expires_in: 120 });
  });

  test('lives as long as the tenant allows where nothing else ends', async () => {
    expect((await exchange(broker, DOOR)).body).toMatchObject({ expires_in: 899 });
  });

  test('ends with the subject token', async () => {
    const subject_token = await broker.subjectToken({ exp: now + 33 });
    const { body } = await exchange(broker, {
      scope: 'knock',
      resource: 'urn:sallyport:door:1',
      subject_token,
    });
    expect(body['expires_in']).toBe(32);
  });

  test('one token for several actions needs all of them permitted', async () => {
    grant(broker, NOW_MS + 90_000);
    const both = await exchange(broker, { scope: 'read knock' });
    expect(both.body).toMatchObject({ scope: 'read knock' });
    const id = String(both.headers['x-decision-id']);
    expect(entriesOf<DecisionEntry>(broker, 'decision').map((entry) => entry.id)).toEqual([
      `${id}.0`,
      `${id}.1`,
    ]);
    const one = await exchange(broker, { scope: 'knock write' });
    expect(one.status).toBe(400);
    expect(one.body).toMatchObject({ error: 'invalid_target', reason: 'no-matching-policy' });
    expect(entriesOf<TokenEntry>(broker, 'token.issued')).toHaveLength(1);
  });

  test('takes authorization_details in place of scope and resource', async () => {
    const authorization_details = JSON.stringify([
      { type: 'sallyport_access', resource: { type: 'door', id: 'a:b/ü' }, actions: ['knock'] },
    ]);
    const { body } = await exchange(broker, {
      scope: undefined,
      resource: undefined,
      authorization_details,
    });
    expect(body).toMatchObject({
      authorization_details: [{ resource: { type: 'door', id: 'a:b/ü' }, actions: ['knock'] }],
    });
  });

  test('a denial says why, under which decision, and issues nothing', async () => {
    const { status, headers, body } = await exchange(broker);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: 'invalid_target',
      error_description: 'No policy permits this.',
      reason: 'no-matching-policy',
      decision_id: (broker.log.entries('acme')[0] as DecisionEntry).id,
    });
    expect(headers['cache-control']).toBe('no-store');
    expect(entriesOf<TokenEntry>(broker, 'token.issued')).toEqual([]);
  });

  test('a monitoring enforcement point gets no token for what policy denies', async () => {
    broker = await startBroker(
      acme({ peps: acme().peps.map((pep) => ({ ...pep, mode: 'monitor' as const })) }),
    );
    expect((await exchange(broker)).body).toMatchObject({ error: 'invalid_target' });
  });

  test('speaks OAuth about clients and bodies too', async () => {
    const body = await exchangeForm(broker);
    const unknown = await broker.post('/oauth2/token', body, { authorization: 'Bearer nobody' });
    expect(unknown.status).toBe(401);
    expect(unknown.body).toMatchObject({ error: 'invalid_client' });
    expect(unknown.headers['www-authenticate']).toContain('Bearer');
    expect((await broker.post('/oauth2/token', { grant_type: EXCHANGE })).body).toMatchObject({
      error: 'invalid_request',
    });
    const basic = Buffer.from(`gateway:${KEY}`).toString('base64');
    grant(broker, NOW_MS + 90_000);
    const known = await broker.post('/oauth2/token', body, { authorization: `Basic ${basic}` });
    expect(known.status).toBe(200);
  });

  test('a token that could not be recorded is not handed out', async () => {
    grant(broker, NOW_MS + 90_000);
    broker.log.failWith(new Error('disk'));
    const { status, body } = await exchange(broker);
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: 'temporarily_unavailable' });
    expect(body).not.toHaveProperty('access_token');
  });

  describe('an evaluation that asks for a token', () => {
    const evaluate = (action: string) =>
      broker.post('/access/v1/evaluation', {
        subject: DANA,
        action: { name: action },
        resource: { type: 'door', id: '1' },
        options: { token: { audience: 'gateway' } },
      });

    test('gets one with its permit, for the enforcement point itself', async () => {
      const { body } = await evaluate('knock');
      expect(body).toMatchObject({ decision: true, context: { token: { token_type: 'Bearer' } } });
    });

    test('gets none with a deny', async () => {
      expect((await evaluate('write')).body).toEqual({ decision: false });
    });
  });
});
