import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { HttpBrowser } from '../../../../../test/support/http-browser.js';
import { Authenticator } from '../../platform/http/authenticator.js';
import { prepareServer, serverOptions } from '../../platform/http/server.js';
import { FactsRegister } from '../../registers/facts.ports.js';
import { createDevIdp } from './dev-idp.js';
import { DevIdpRoutes } from './dev-idp.routes.js';
import { DevUsers } from './dev-users.js';

const dana = { email: 'dana@acme.example', name: 'Dana', password: 'correct horse', roles: [] };

describe('the development identity provider', () => {
  let server: FastifyInstance;
  let publicUrl: string;
  const dataDir = mkdtempSync(join(tmpdir(), 'dev-idp-'));

  beforeAll(async () => {
    const port = 20_000 + (process.pid % 20_000);
    publicUrl = `http://127.0.0.1:${port}`;
    server = fastify(serverOptions(100_000));
    const sessions = { find: () => Promise.resolve(undefined) };
    const facts = Object.create(FactsRegister.prototype) as FactsRegister;
    prepareServer(
      server,
      new Authenticator({ facts, sessions, adminToken: undefined, origin: publicUrl }),
    );
    const users = new DevUsers(JSON.stringify([dana]));
    new DevIdpRoutes(await createDevIdp({ publicUrl, dataDir, users }), users).register(server);
    await server.listen({ port, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await server.close();
    rmSync(dataDir, { recursive: true });
  });

  const passwordGrant = (password: string) =>
    fetch(`${publicUrl}/dev-idp/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: 'acme-apps',
        username: dana.email,
        password,
        device_id: 'dana-laptop',
      }),
    });

  test('gives a verifiable ID token for a password', async () => {
    const { id_token: idToken } = (await (await passwordGrant(dana.password)).json()) as {
      id_token: string;
    };
    const keys = createRemoteJWKSet(new URL(`${publicUrl}/dev-idp/jwks`));
    const { payload } = await jwtVerify(idToken, keys, {
      issuer: `${publicUrl}/dev-idp`,
      audience: 'acme-apps',
    });
    expect(payload).toMatchObject({
      sub: dana.email,
      email: dana.email,
      name: 'Dana',
      device_id: 'dana-laptop',
      amr: ['pwd'],
    });
  });

  test('refuses a wrong password', async () => {
    const answer = await passwordGrant('wrong');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  });

  test('signs a person in through its page', async () => {
    const client = await oidc.discovery(
      new URL(`${publicUrl}/dev-idp`),
      'sallyport-console',
      undefined,
      oidc.None(),
      {
        execute: [oidc.allowInsecureRequests],
      },
    );
    const verifier = oidc.randomPKCECodeVerifier();
    const browser = new HttpBrowser();
    const start = oidc.buildAuthorizationUrl(client, {
      redirect_uri: `${publicUrl}/auth/callback`,
      scope: 'openid profile email',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const page = await browser.follow(start);
    expect(page.status).toBe(200);
    const failed = await browser.post(page.url, { email: dana.email, password: 'wrong' });
    expect(failed.status).toBe(401);
    const callback = await browser.postAndFollow(
      page.url,
      { email: dana.email, password: dana.password },
      `${publicUrl}/auth/callback`,
    );
    const tokens = await oidc.authorizationCodeGrant(client, callback, {
      pkceCodeVerifier: verifier,
    });
    expect(tokens.claims()).toMatchObject({ sub: dana.email, email: dana.email, name: 'Dana' });
  });
});
