import { beforeAll, describe, expect, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { base64url, SignJWT } from 'jose';
import { DANA, ISSUER, NOW_MS } from '../acme.fake.js';
import { PUBLIC_URL, startBroker, type TestBroker } from '../decide.fake.js';

const knock = { action: { name: 'knock' }, resource: { type: 'door', id: '1' } };
const now = Math.floor(NOW_MS / 1000);
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';

describe('a subject token', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startBroker();
  });

  const ask = async (subject_token: string, extra: object = {}, context: object = {}) => {
    const body = { ...knock, ...extra, context: { subject_token, ...context } };
    const { status, body: answer } = await broker.post('/access/v1/evaluation', body);
    const entry = broker.log.entries('acme').at(-1) as DecisionEntry;
    expect(status).toBe(200);
    expect(JSON.stringify(entry)).not.toContain(subject_token);
    return { decision: answer['decision'], entry };
  };

  test('proves its subject, and is in neither policy nor log', async () => {
    const token = await broker.subjectToken({ acr: 'mfa', amr: ['otp'], auth_time: now - 60 });
    const { decision, entry } = await ask(token, { subject: DANA });
    expect(decision).toBe(true);
    expect(entry.subject).toEqual(DANA);
    expect(entry.facts.authn).toEqual({
      method: 'token',
      verified: true,
      issuer: ISSUER,
      acr: 'mfa',
      amr: ['otp'],
      authTime: now - 60,
      expiresAtMs: (now + 3_600) * 1_000,
    });
    expect(entry.facts.risk?.reasons).not.toContain('unverified-subject');
  });

  test.each([
    ['subject-mismatch', {}, { subject: { type: 'user', id: 'omar@acme.example' } }],
    ['subject-mismatch', {}, { subject: { ...DANA, type: 'service' } }],
    ['subject-token-expired', { exp: now - 60 }, {}],
    ['subject-token-invalid', { exp: undefined }, {}],
    ['subject-token-invalid', { nbf: now + 61 }, {}],
    ['subject-token-invalid', { aud: 'other-apps' }, {}],
    ['subject-token-invalid', { aud: undefined }, {}],
    ['subject-token-invalid', { aud: ['acme-apps-2', 'x'] }, {}],
    ['subject-token-invalid', { iss: 'https://idp.acme.example/' }, {}],
    ['subject-token-invalid', { iss: 'https://evil.example' }, {}],
    ['subject-token-invalid', { iss: undefined }, {}],
    ['subject-token-invalid', { sub: '' }, {}],
    ['subject-token-invalid', { sub: 7 }, {}],
    ['subject-token-invalid', { sub: 'x'.repeat(1_025) }, {}],
  ])('is refused as %s with %j', async (reason, claims, extra) => {
    const { decision, entry } = await ask(await broker.subjectToken(claims), extra);
    expect(decision).toBe(false);
    expect(entry.reasons).toEqual([reason]);
    expect(entry.facts.authn.verified).toBe(false);
  });

  test.each([
    [{ exp: now - 59 }],
    [{ nbf: now + 59 }],
    [{ aud: ['x', 'acme-apps'] }],
    [{ acr: 7, amr: 'otp', auth_time: 'yesterday' }],
  ])('is accepted with %j', async (claims) => {
    expect((await ask(await broker.subjectToken(claims))).decision).toBe(true);
  });

  test.each([
    ['JWT', true],
    ['jwt', true],
    ['application/jwt', true],
    ['at+jwt', true],
    ['application/at+jwt', true],
    [undefined, true],
    ['id_token', false],
    ['dpop+jwt', false],
    ['logout+jwt', false],
    ['secevent+jwt', false],
    ['txntoken+jwt', false],
    ['statuslist+jwt', false],
    ['token-introspection+jwt', false],
    ['oauth-authz-req+jwt', false],
    ['client-authentication+jwt', false],
    ['JOSE', false],
    ['', false],
    [7, false],
  ])('of typ %j is accepted: %j', async (typ, isAccepted) => {
    const { decision, entry } = await ask(await broker.subjectToken({}, { typ }));
    expect(decision).toBe(isAccepted);
    expect(entry.reasons).toEqual([isAccepted ? 'policy-permit' : 'subject-token-invalid']);
  });

  test('that says it is an access token is no ID token', async () => {
    const token = await broker.subjectToken({}, { typ: 'at+jwt' });
    expect((await ask(token, {}, { subject_token_type: ID_TOKEN })).decision).toBe(false);
    const plain = await broker.subjectToken();
    expect((await ask(plain, {}, { subject_token_type: ID_TOKEN })).decision).toBe(true);
  });

  test('signed with a shared secret, or with nothing, is refused', async () => {
    const claims = {
      iss: ISSUER,
      aud: 'acme-apps',
      sub: DANA.id,
      exp: now + 9,
    };
    const hmac = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new Uint8Array(32));
    const none = `${base64url.encode('{"alg":"none"}')}.${base64url.encode(JSON.stringify(claims))}.`;
    for (const token of [hmac, none]) expect((await ask(token)).decision).toBe(false);
  });

  test.each(['no-token', '...', 'a.b.c', 'a.b.c.d.e', `${'x'.repeat(20_000)}.y.z`])(
    'that is none (%#) is refused',
    async (token) => {
      expect((await ask(token)).entry.reasons).toEqual(['subject-token-invalid']);
    },
  );

  test('that is changed by one character is refused', async () => {
    const token = await broker.subjectToken();
    const [header = '', , signature = ''] = token.split('.');
    const forged = base64url.encode(
      JSON.stringify({
        iss: ISSUER,
        aud: 'acme-apps',
        sub: 'omar',
        exp: now + 60,
      }),
    );
    expect((await ask(`${header}.${forged}.${signature}`)).decision).toBe(false);
  });

  test.each([
    ['the claim alone', { device_id: 'dana-laptop' }, {}, 'dana-laptop'],
    [
      'the same asserted',
      { device_id: 'dana-laptop' },
      { device_id: 'dana-laptop' },
      'dana-laptop',
    ],
    ['another one asserted', { device_id: 'dana-laptop' }, { device_id: 'x' }, undefined],
  ])('names the device: %s', async (_, claims, context, expected) => {
    const { entry } = await ask(await broker.subjectToken(claims), {}, context);
    expect(entry.facts.device?.id).toBe(expected);
  });

  test('that pretends to be ours is refused unless we signed it', async () => {
    const token = await broker.subjectToken(
      { iss: PUBLIC_URL, tenant: 'acme', jti: 'x' },
      { typ: 'at+jwt' },
    );
    expect((await ask(token)).entry.reasons).toEqual(['subject-token-invalid']);
  });
});
