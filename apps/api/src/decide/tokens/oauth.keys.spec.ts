import { describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { NOW_MS } from '../acme.fake.js';
import { PUBLIC_URL, startBroker } from '../decide.fake.js';
import { DOOR, EXCHANGE, exchange, introspect } from './oauth.fake.js';

describe('keys and metadata', () => {
  test('are public, and verify what was signed before and after a rotation', async () => {
    const broker = await startBroker();
    const get = async (path: string) => (await broker.server.inject({ url: path })).json();
    const before = String((await exchange(broker, DOOR)).body['access_token']);
    const published = (await get('/.well-known/jwks.json')) as JSONWebKeySet;
    await broker.keys.rotate('_instance', 'token');
    const after = String((await exchange(broker, DOOR)).body['access_token']);
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
    // A verifier that fetched the keys before the rotation knows the new one already.
    const options = {
      issuer: PUBLIC_URL,
      audience: 'prod-db',
      typ: 'at+jwt',
      currentDate: new Date(NOW_MS),
    };
    for (const token of [before, after]) {
      await jwtVerify(token, createLocalJWKSet(published), options);
      expect(await introspect(broker, token)).toMatchObject({ active: true });
    }
    expect(JSON.stringify(await get('/.well-known/jwks.json'))).not.toContain('"d"');
    expect(await get('/.well-known/oauth-authorization-server')).toMatchObject({
      issuer: PUBLIC_URL,
      token_endpoint: `${PUBLIC_URL}/oauth2/token`,
      jwks_uri: `${PUBLIC_URL}/.well-known/jwks.json`,
      grant_types_supported: [EXCHANGE],
    });
  });
});
