import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { applyWithCli } from './apply-with-cli.js';
import { AUTHZEN_KEY, AUTHZEN_TENANT, QUESTION } from './authzen-tenant.js';

jest.setTimeout(60_000);

describe('AuthZEN Authorization API 1.0, §9 metadata', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
    await applyWithCli(broker, AUTHZEN_TENANT);
  });
  afterAll(() => broker.close());

  const path = '/.well-known/authzen-configuration';
  const get = (at: string, headers: Record<string, string> = {}) =>
    broker.client.call('GET', at, { headers });
  const read = async (at: string) => JSON.parse((await get(at)).text) as Record<string, unknown>;

  it('is there for everybody, as JSON that may be kept for a while', async () => {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toMatch(/max-age=[1-9]/);
  });

  it('§9.1 names the decision point, and every door that it has', async () => {
    const { url } = broker;
    const { signed_metadata: _, capabilities, ...doors } = await read(path);
    expect(doors).toEqual({
      policy_decision_point: url,
      access_evaluation_endpoint: `${url}/access/v1/evaluation`,
      access_evaluations_endpoint: `${url}/access/v1/evaluations`,
      search_subject_endpoint: `${url}/access/v1/search/subject`,
      search_resource_endpoint: `${url}/access/v1/search/resource`,
      search_action_endpoint: `${url}/access/v1/search/action`,
    });
    expect(capabilities).toEqual(
      expect.arrayContaining(
        ['search-pagination', 'signed-metadata', 'transitive-search'].map(
          (name) => `urn:ietf:params:authzen:capability:${name}`,
        ),
      ),
    );
  });

  it('§9.1 has no parameter that says nothing', async () => {
    for (const value of Object.values(await read(path))) {
      expect(value).not.toBeNull();
      expect(value).not.toHaveLength(0);
    }
  });

  it('§9.1.3 signs what it says, with a published key, for a limited time', async () => {
    const { signed_metadata: signed, ...plain } = await read(`${path}/authzen`);
    const keys = createRemoteJWKSet(new URL(`${broker.url}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(String(signed), keys, {
      issuer: broker.url,
      algorithms: ['EdDSA'],
      requiredClaims: ['iat', 'exp'],
    });
    const { iss: _iss, iat: _iat, exp: _exp, ...claims } = payload;
    expect(claims).toEqual(plain);
    expect(protectedHeader.kid).toEqual(expect.any(String));
  });

  it('§9.1.3 signs each identifier on its own', async () => {
    const [one, other] = [await read(path), await read(`${path}/authzen`)];
    const claims = [one, other].map(({ signed_metadata: signed }) => decodeJwt(String(signed)));
    expect(claims.map((each) => each['policy_decision_point'])).toEqual([
      broker.url,
      `${broker.url}/authzen`,
    ]);
  });

  it('§9.2 gives the same bytes again', async () => {
    expect((await get(path)).text).toBe((await get(path)).text);
  });

  it('§9.2 names the very identifier that a client started from', async () => {
    const { text } = await get(`${path}/todo`);
    expect(JSON.parse(text)).toMatchObject({
      policy_decision_point: `${broker.url}/todo`,
      access_evaluation_endpoint: `${broker.url}/access/v1/evaluation`,
    });
  });

  it('§9.2 has nothing at an identifier with a query, a slash at its end, or a longer path', async () => {
    for (const end of ['/', '/todo/', '/a/b'])
      expect([end, (await get(`${path}${end}`)).status]).toEqual([end, 404]);
  });

  it('has doors that answer where it says they are', async () => {
    const metadata = JSON.parse((await get(path)).text) as Record<string, string>;
    const doors = Object.keys(metadata).filter((name) => name.endsWith('_endpoint'));
    expect(doors).toHaveLength(5);
    for (const door of doors) {
      const at = metadata[door]?.slice(broker.url.length) ?? '';
      const answer = await broker.client.call('POST', at, { key: AUTHZEN_KEY, json: QUESTION });
      expect([door, answer.status]).toEqual([door, 200]);
    }
  });

  it('never believes a header about the address', async () => {
    const { text } = await get(path, {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    });
    expect(text).not.toContain('evil');
  });

  it('echoes X-Request-ID', async () => {
    const answer = await get(path, { 'x-request-id': 'r-1' });
    expect(answer.headers.get('x-request-id')).toBe('r-1');
  });

  it('is read only', async () => {
    expect((await broker.client.call('POST', path, { json: {} })).status).toBe(405);
  });
});
