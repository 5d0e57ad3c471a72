import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { TrustedIssuer } from '../../decide/decide.ports.js';
import { RemoteIssuerKeys } from './remote-issuer-keys.js';

const issuer: TrustedIssuer = {
  issuer: 'https://idp.example',
  url: 'https://idp.example',
  audiences: ['apps'],
  subjectType: 'user',
  subjectClaim: 'sub',
  deviceClaim: 'device_id',
};
const discovery = 'https://idp.example/.well-known/openid-configuration';
const jwks = 'https://idp.example/jwks';

describe('keys of a remote issuer', () => {
  let key: CryptoKey;
  let publicJwk: JWK;
  let now = 0;
  let calls: string[] = [];
  let pages: Record<string, () => Response> = {};

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256');
    key = pair.privateKey;
    publicJwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
  });
  beforeEach(() => {
    now = 1_000_000;
    calls = [];
    pages = {
      [discovery]: () => Response.json({ issuer: issuer.url, jwks_uri: jwks }),
      [jwks]: () => Response.json({ keys: [publicJwk] }),
    };
  });

  const open = () =>
    new RemoteIssuerKeys({
      clock: { nowMs: () => now },
      timeoutMs: 50,
      fetch: (url, init) => {
        calls.push(url);
        expect(init.redirect).toBe('error');
        const page = pages[url];
        return page ? Promise.resolve(page()) : never(init.signal);
      },
    });
  const token = (kid = 'k1') => new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(key);
  const verify = async (keys: RemoteIssuerKeys, kid?: string, of = issuer) =>
    jwtVerify(await token(kid), keys.keysOf(of));

  test('are found by discovery once and then kept', async () => {
    const keys = open();
    await Promise.all([verify(keys), verify(keys)]);
    await verify(keys);
    expect(calls).toEqual([discovery, jwks]);
  });

  test('are fetched without discovery where the tenant names the address', async () => {
    await verify(open(), 'k1', { ...issuer, jwksUri: jwks });
    expect(calls).toEqual([jwks]);
  });

  test.each([
    ['another issuer', () => Response.json({ issuer: 'https://evil.example', jwks_uri: jwks })],
    ['no key address', () => Response.json({ issuer: issuer.url })],
    ['a plain key address', () => Response.json({ issuer: issuer.url, jwks_uri: 'http://x/jwks' })],
    ['a page that is no JSON', () => new Response('<html>')],
    ['an error', () => new Response('{}', { status: 500 })],
    ['more than anybody needs', () => new Response('x'.repeat(300_000))],
  ])('are refused where discovery answers with %s', async (_, page) => {
    pages[discovery] = page;
    await expect(verify(open())).rejects.toThrow();
  });

  test('of an issuer that does not answer cost one bounded wait, then nothing until the cooldown is over', async () => {
    const keys = open();
    pages = {};
    await expect(verify(keys)).rejects.toThrow();
    await expect(verify(keys)).rejects.toThrow('a moment ago');
    expect(calls).toHaveLength(1);
    now += 5_000;
    pages = {
      [discovery]: () => Response.json({ issuer: issuer.url, jwks_uri: jwks }),
      [jwks]: () => Response.json({ keys: [publicJwk] }),
    };
    await verify(keys);
  });

  test('go on working while somebody sends forged key ids', async () => {
    const keys = open();
    await verify(keys);
    for (const kid of ['x1', 'x2', 'x3']) await expect(verify(keys, kid)).rejects.toThrow();
    await verify(keys);
    expect(calls).toEqual([discovery, jwks]);
  });
});

function never(signal: AbortSignal | null | undefined): Promise<Response> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('timed out')));
  });
}
