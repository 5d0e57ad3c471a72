import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import type { PepClient } from '../src/index.js';
import { RevokedTokens } from '../src/tokens/revoked-tokens.js';
import { answer, clientOf, metadataOf, type OtherPdp, startOtherPdp } from './other-pdp.js';

type Key = Awaited<ReturnType<typeof generateKeyPair>>;

/** Tokens that are checked without asking anybody but for the keys. */
describe('a token', () => {
  let pdp: OtherPdp;
  let client: PepClient;
  let keys: Record<string, Key>;
  let published: JWK[];
  let stream: ServerResponse | undefined;
  let fetches = 0;
  beforeEach(async () => {
    pdp = await startOtherPdp();
    pdp.describe({ ...metadataOf(pdp.url), policy_decision_point: `${pdp.url}/acme` });
    keys = {
      ed: await generateKeyPair('EdDSA'),
      ec: await generateKeyPair('ES256'),
      rsa: await generateKeyPair('RS256'),
    };
    published = await Promise.all(
      Object.entries(keys).map(async ([kid, { publicKey }]) => ({
        ...(await exportJWK(publicKey)),
        kid,
      })),
    );
    fetches = 0;
    pdp.behave((response, received, count) => {
      if (received.path === '/v1/signals') {
        stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
        return void stream.write('event: reset\nid: 1\ndata: {}\n\n');
      }
      fetches += 1;
      expect(received.headers.authorization).toBeUndefined();
      return answer({ keys: published })(response, received, count);
    });
    client = clientOf(pdp, { pdp: `${pdp.url}/acme`, signals: true });
  });
  afterEach(async () => {
    await client.close();
    await pdp.close();
  });

  const now = () => Math.floor(Date.now() / 1_000);
  const claims = () => ({
    iss: pdp.url,
    sub: 'dana',
    aud: 'prod-db',
    client_id: 'gateway',
    scope: 'read write',
    tenant: 'acme',
    iat: now(),
    exp: now() + 60,
    jti: 'j1',
  });
  const sign = (change: object = {}, header: object = {}, key = 'ed') =>
    new SignJWT({ ...claims(), ...change })
      .setProtectedHeader({
        alg: { ed: 'EdDSA', ec: 'ES256' }[key] ?? 'RS256',
        typ: 'at+jwt',
        kid: key,
        ...header,
      })
      .sign((keys[key] as Key).privateKey);
  const verify = (token: string) => client.verifyToken(token, { audience: 'prod-db' });

  test('of the broker is read', async () => {
    for (const key of ['ed', 'ec'])
      expect(await verify(await sign({}, {}, key))).toMatchObject({
        jti: 'j1',
        subjectId: 'dana',
        tenant: 'acme',
        clientId: 'gateway',
        scope: ['read', 'write'],
      });
    expect(fetches).toBe(1);
  });

  test.each<[string, object, object?, string?]>([
    ['another issuer', { iss: 'https://elsewhere.example' }],
    ['another audience', { aud: 'elsewhere' }],
    ['another tenant', { tenant: 'other' }],
    ['no tenant', { tenant: undefined }],
    ['no end', { exp: undefined }],
    ['no id', { jti: undefined }],
    ['no subject', { sub: undefined }],
    ['a beginning that is to come', { nbf: 99_999_999_999 }],
    ['another type', {}, { typ: 'JWT' }],
    ['the type of a signal', {}, { typ: 'secevent+jwt' }],
    ['no type', {}, { typ: undefined }],
    ['an unknown key', {}, { kid: 'nobody' }],
    ['another one’s key', {}, { kid: 'ec' }],
    ['an algorithm that the broker has not', {}, {}, 'rsa'],
    ['a critical extension', {}, { crit: ['exp'] }],
  ])('with %s is not valid', async (_, change, header = {}, key = 'ed') => {
    const token = await sign(change, header, key).catch(() => 'a.b.c');
    await expect(verify(token)).rejects.toMatchObject({ code: 'token-invalid' });
  });

  test('that is not signed, or signed with the public key as a secret, is not valid', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(published[0]));
    const confused = new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'ed' })
      .sign(secret);
    const [head, body] = (await sign()).split('.');
    for (const token of [
      new UnsecuredJWT(claims()).encode(),
      await confused,
      `${head}.${body}.`,
      '',
      'a',
      'x'.repeat(20_000),
    ])
      await expect(verify(token)).rejects.toMatchObject({ code: 'token-invalid' });
  });

  test('that is over is told from one that is not valid; clocks may differ a little', async () => {
    await expect(verify(await sign({ exp: now() - 30 }))).rejects.toMatchObject({
      code: 'token-expired',
    });
    await expect(verify(await sign({ exp: now() - 2 }))).resolves.toBeDefined();
  });

  test('cannot be judged without keys, and unknown keys do not fetch them again and again', async () => {
    for (let count = 0; count < 5; count += 1)
      await expect(verify(await sign({}, { kid: 'nobody' }))).rejects.toMatchObject({
        code: 'token-invalid',
      });
    expect(fetches).toBe(1);
    for (const behaviour of [
      answer({}, {}, 500),
      answer('', { location: '/x' }, 302),
      answer('no keys'),
      answer({ keys: 1 }),
    ]) {
      pdp.behave(behaviour);
      const other = clientOf(pdp, { pdp: `${pdp.url}/acme` });
      await expect(other.verifyToken(await sign(), { audience: 'prod-db' })).rejects.toMatchObject({
        code: 'keys-unavailable',
      });
    }
  });

  test('that was revoked is refused from then on, and no other', async () => {
    const token = await sign();
    await verify(token);
    for (let tries = 0; !client.isLive && tries < 500; tries += 1) await sleep(10);
    stream?.write('event: change\nid: 2\ndata: {"kind":"token","id":"j1"}\n\n');
    await sleep(100);
    await expect(verify(token)).rejects.toMatchObject({ code: 'token-revoked' });
    await expect(verify(await sign({ jti: 'j2' }))).resolves.toBeDefined();
  });

  test('is refused where its revocation may have been forgotten', () => {
    const revoked = new RevokedTokens(() => 5_000, 2);
    for (const jti of ['a', 'b', 'c']) revoked.add(jti);
    expect([revoked.has('c', 6_000), revoked.has('a', 4_000), revoked.has('d', 6_000)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
