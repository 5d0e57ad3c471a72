import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { playStories, type Story } from '../support/broker-story.js';

describe('rotation of the token signing key', () => {
  let broker: TestBroker;
  let acme: Story;

  beforeAll(async () => {
    broker = await startInProcess();
    ({ acme } = await playStories(broker));
  }, 60_000);
  afterAll(() => broker.close());

  const jwks = async () =>
    (await fetch(`${broker.url}/.well-known/jwks.json`)).json() as Promise<JSONWebKeySet>;
  const rotate = (token: string) =>
    fetch(`${broker.url}/v1/keys/token/rotate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
  const permitWithToken = async (): Promise<string> => {
    const answer = await fetch(`${broker.url}/access/v1/evaluation`, {
      method: 'POST',
      headers: { authorization: `Bearer ${acme.pepKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        subject: { type: 'user', id: 'dana@acme.example' },
        action: { name: 'read' },
        resource: { type: 'database', id: 'prod' },
        context: { ip: '84.128.0.1', device_id: 'dana-laptop' },
        options: { token: { audience: 'prod-db' } },
      }),
    });
    const { context } = (await answer.json()) as { context: { token: { access_token: string } } };
    return context.token.access_token;
  };

  test('signs with the key that was announced before, and keeps old tokens verifiable', async () => {
    const before = await jwks();
    const old = acme.accessToken;
    expect((await rotate(broker.adminToken)).status).toBe(200);
    const after = await jwks();
    const fresh = await permitWithToken();
    const kidOf = (token: string) => decodeProtectedHeader(token).kid;
    expect(kidOf(fresh)).not.toBe(kidOf(old));
    expect(before.keys.map(({ kid }) => kid)).toContain(kidOf(fresh));
    for (const token of [old, fresh]) {
      const { payload } = await jwtVerify(token, createLocalJWKSet(after), {
        audience: 'prod-db',
        typ: 'at+jwt',
      });
      expect(payload.sub).toBe('dana@acme.example');
    }
  });

  test('is for the instance administrator alone', async () => {
    for (const token of [acme.pepKey, acme.apiToken])
      expect((await rotate(token)).status).toBe(403);
    expect((await rotate('nobody')).status).toBe(401);
  });
});
