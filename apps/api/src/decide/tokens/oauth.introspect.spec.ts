import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseConsent } from '@sallyport/consent';
import type { TokenEntry } from '@sallyport/contracts';
import { decodeJwt } from 'jose';
import { acme, consent, DANA, NOW_MS } from '../acme.fake.js';
import { PUBLIC_URL, startBroker, type TestBroker } from '../decide.fake.js';
import { DOOR, entriesOf, exchange, grant, introspect } from './oauth.fake.js';

const now = Math.floor(NOW_MS / 1000);

describe('POST /oauth2/introspect and /oauth2/revoke', () => {
  let broker: TestBroker;
  beforeEach(async () => {
    broker = await startBroker();
  });
  const issue = async () => String((await exchange(broker)).body['access_token']);

  test('tells what a live token is good for', async () => {
    grant(broker, NOW_MS + 90_000);
    expect(await introspect(broker, await issue())).toEqual({
      active: true,
      scope: 'read',
      client_id: 'gateway',
      token_type: 'Bearer',
      iat: now,
      exp: now + 90,
      sub: DANA.id,
      aud: 'prod-db',
      iss: PUBLIC_URL,
      jti: expect.any(String),
      tenant: 'acme',
      authorization_details: [
        {
          type: 'sallyport_access',
          resource: { type: 'database', id: 'prod' },
          actions: ['read'],
          decision_id: expect.any(String),
          grant_ids: ['g1'],
        },
      ],
    });
  });

  test('knows no token that is over, changed, foreign or none', async () => {
    grant(broker, NOW_MS + 90_000);
    const token = await issue();
    const [header, payload, signature] = token.split('.');
    for (const other of [
      `${header}.${payload}.${signature?.split('').reverse().join('')}`,
      await broker.subjectToken(),
      'x',
    ]) {
      expect(await introspect(broker, other)).toEqual({ active: false });
    }
    broker.nowMs += 90_000;
    expect(await introspect(broker, token)).toEqual({ active: false });
  });

  test('gives nothing away to another tenant', async () => {
    const other = acme({
      settings: { ...acme().settings, name: 'other' },
      peps: acme().peps.map((pep) => ({ ...pep, key: 'other-gateway-key' })),
    });
    broker.facts.add(other);
    grant(broker, NOW_MS + 90_000);
    const token = await issue();
    const headers = { authorization: 'Bearer other-gateway-key' };
    expect(await introspect(broker, token, headers)).toEqual({ active: false });
    const revoked = await broker.post('/oauth2/revoke', new URLSearchParams({ token }), headers);
    expect(revoked.status).toBe(200);
    expect(await introspect(broker, token)).toMatchObject({ active: true });
  });

  test.each<[string, string, (broker: TestBroker) => void]>([
    [
      'the disk is no longer encrypted',
      'device-not-compliant',
      ({ facts, nowMs }) =>
        facts.put('acme', {
          kind: 'device',
          key: ['dana-laptop'],
          value: {
            deviceId: 'dana-laptop',
            ownerId: DANA.id,
            diskEncrypted: false,
            checkedAtMs: nowMs,
            source: 't',
          },
        }),
    ],
    [
      'the grant was revoked',
      'no-matching-policy',
      (broker) => grant(broker, NOW_MS + 90_000, 'revoked'),
    ],
    [
      'policy forbids it now',
      'no-matching-policy',
      ({ facts }) =>
        facts.promote('acme', {
          files: {
            'policies/none.cedar': 'permit (principal, action == Action::"never", resource);',
          },
        }),
    ],
  ])('ends a token as soon as %s, and logs why', async (_, reason, change) => {
    grant(broker, NOW_MS + 90_000);
    const token = await issue();
    change(broker);
    expect(await introspect(broker, token)).toEqual({ active: false });
    expect(await introspect(broker, token)).toEqual({ active: false });
    expect(entriesOf<TokenEntry>(broker, 'token.revoked')).toMatchObject([
      { tokenId: decodeJwt(token).jti, reason },
    ]);
  });

  describe('revocation', () => {
    test('ends a token once, whoever asks twice, and takes unknown ones for done', async () => {
      grant(broker, NOW_MS + 90_000);
      const token = String((await exchange(broker)).body['access_token']);
      const revoke = (value: string) =>
        broker.post('/oauth2/revoke', new URLSearchParams({ token: value }));
      expect((await revoke(token)).status).toBe(200);
      expect((await revoke(token)).status).toBe(200);
      expect((await revoke('nothing')).status).toBe(200);
      expect(await introspect(broker, token)).toEqual({ active: false });
      expect(entriesOf<TokenEntry>(broker, 'token.revoked')).toMatchObject([
        { actor: 'pep:gateway', reason: 'revoked-by-client', tokenId: decodeJwt(token).jti },
      ]);
      expect((await broker.post('/oauth2/revoke', new URLSearchParams())).status).toBe(400);
    });
  });

  describe('a token of ours as a subject token', () => {
    test('proves its subject until it is revoked, and never outlives itself', async () => {
      const subject_token = await broker.subjectToken({ exp: now + 33 });
      const first = await exchange(broker, { ...DOOR, subject_token });
      const token = String(first.body['access_token']);
      const again = await exchange(broker, { ...DOOR, subject_token: token });
      expect(again.body).toMatchObject({ expires_in: 32 });
      await broker.post('/oauth2/revoke', new URLSearchParams({ token }));
      expect((await exchange(broker, { ...DOOR, subject_token: token })).body).toMatchObject({
        error: 'invalid_request',
        reason: 'subject-token-invalid',
      });
    });
  });

  test('a consent that is withdrawn ends the tokens that rest on it', async () => {
    broker.watch.start(broker.revoker);
    const { body } = await exchange(broker, {
      resource: 'urn:sallyport:record:42',
      purpose: 'TREAT',
    });
    expect(body).toHaveProperty('access_token');
    const parsed = parseConsent(consent('inactive'));
    if (!parsed.ok) throw new Error('the fixture is no consent');
    broker.facts.put('acme', {
      kind: 'consent',
      key: ['c42'],
      value: parsed.directive,
    });
    await broker.watch.settled();
    expect(entriesOf<TokenEntry>(broker, 'token.revoked')).toHaveLength(1);
    await broker.watch.stop();
  });
});
