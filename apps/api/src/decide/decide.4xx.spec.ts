import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { acme, DANA, KEY } from './acme.fake.js';
import { PUBLIC_URL, startBroker, type TestBroker } from './decide.fake.js';

jest.setTimeout(60_000);

const valid = { subject: DANA, action: { name: 'knock' }, resource: { type: 'door', id: '1' } };

describe('a malformed question is answered with 400 and names its field', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startBroker();
  });

  test.each<[string, object, string]>([
    ['no subject and no token', { ...valid, subject: undefined }, 'subject'],
    ['a subject that is a string', { ...valid, subject: 'dana' }, 'subject'],
    ['a subject without id', { ...valid, subject: { type: 'user' } }, 'subject.id'],
    ['a subject with an empty type', { ...valid, subject: { type: '', id: 'x' } }, 'subject.type'],
    ['a subject id that is a number', { ...valid, subject: { type: 'u', id: 7 } }, 'subject.id'],
    [
      'a subject id that is far too long',
      { ...valid, subject: { type: 'u', id: 'x'.repeat(1_025) } },
      'subject.id',
    ],
    [
      'subject properties that are an array',
      { ...valid, subject: { ...DANA, properties: [] } },
      'subject.properties',
    ],
    ['no action', { ...valid, action: undefined }, 'action'],
    ['an empty action', { ...valid, action: {} }, 'action.name'],
    ['an action name that is a number', { ...valid, action: { name: 1 } }, 'action.name'],
    ['no resource', { ...valid, resource: undefined }, 'resource'],
    ['a resource without type', { ...valid, resource: { id: '1' } }, 'resource.type'],
    ['a resource that is an array', { ...valid, resource: [] }, 'resource'],
    ['a context that is a string', { ...valid, context: 'x' }, 'context'],
    ['options that are a list', { ...valid, options: [] }, 'options'],
    [
      'a wish to explain that is a word',
      { ...valid, options: { explain: 'yes' } },
      'options.explain',
    ],
    [
      'a wish for a token without audience',
      { ...valid, options: { token: {} } },
      'options.token.audience',
    ],
    [
      'a wish for a token of another audience',
      { ...valid, options: { token: { audience: 'elsewhere' } } },
      'options.token.audience',
    ],
    [
      'a subject token that is no string',
      { ...valid, context: { subject_token: 7 } },
      'context.subject_token',
    ],
    [
      'an unknown type of subject token',
      { ...valid, context: { subject_token: 'x', subject_token_type: 'saml' } },
      'context.subject_token_type',
    ],
  ])('%s', async (_, body, field) => {
    const answer = await broker.post('/access/v1/evaluation', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'bad-request', field });
    expect(String(answer.body['message'])).toContain(field);
  });

  test.each([
    ['a lone surrogate', '{"type":"user","id":"\\ud800"}', 'subject.id'],
    [
      'a number beyond a double',
      '{"type":"user","id":"a","properties":{"n":1e999}}',
      'subject.properties.n',
    ],
  ])('%s', async (_, subject, field) => {
    const answer = await broker.server.inject({
      method: 'POST',
      url: '/access/v1/evaluation',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      payload: `{"subject":${subject},"action":{"name":"a"},"resource":{"type":"t","id":"i"}}`,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ field });
  });

  test.each<[string, object, string]>([
    ['items that are an object', { ...valid, evaluations: {} }, 'evaluations'],
    ['more than a thousand items', { ...valid, evaluations: Array(1_001).fill({}) }, 'evaluations'],
    [
      'an unknown semantic',
      { ...valid, evaluations: [{}], options: { evaluations_semantic: 'sometimes' } },
      'options.evaluations_semantic',
    ],
    ['a default that is a string', { ...valid, subject: 'dana', evaluations: [{}] }, 'subject'],
    ['a default context that is a list', { ...valid, context: [], evaluations: [{}] }, 'context'],
    ['no items and no subject', { ...valid, subject: undefined, evaluations: [] }, 'subject'],
  ])('in a batch: %s', async (_, body, field) => {
    const answer = await broker.post('/access/v1/evaluations', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ field });
  });

  test('and leaves nothing in the log', () => {
    expect(broker.log.entries('acme')).toHaveLength(0);
  });
});

describe('what is unknown is ignored', () => {
  test.each([
    { extra: 1 },
    { subject: { ...DANA, extra: 1 } },
    { options: { evaluations_semantic: 'whatever', extra: [] } },
    { context: null, options: null },
    { evaluations: 'not here' },
  ])('%j', async (extra) => {
    const broker = await startBroker();
    expect((await broker.post('/access/v1/evaluation', { ...valid, ...extra })).body).toEqual({
      decision: true,
    });
  });
});

describe('the door is judged before the question', () => {
  test.each([
    ['no key', { authorization: '' }, 401],
    ['an unknown key', { authorization: 'Bearer nobody-has-this' }, 401],
    ["the admin's token", { authorization: 'Bearer admin-token-of-the-instance' }, 403],
  ])('%s', async (_, headers, status) => {
    const broker = await startBroker();
    for (const path of ['evaluation', 'evaluations']) {
      const answer = await broker.post(`/access/v1/${path}`, 'broken', headers);
      expect(answer.status).toBe(status);
      expect('www-authenticate' in answer.headers).toBe(status === 401);
    }
  });
});

describe('metadata', () => {
  test('name the configured address, whatever the Host header says, for any tenant name alike', async () => {
    const broker = await startBroker(acme());
    const get = (path: string) =>
      broker.server.inject({
        url: `/.well-known/authzen-configuration${path}`,
        headers: { host: 'evil' },
      });
    expect((await get('')).json()).toMatchObject({
      policy_decision_point: PUBLIC_URL,
      access_evaluation_endpoint: `${PUBLIC_URL}/access/v1/evaluation`,
      access_evaluations_endpoint: `${PUBLIC_URL}/access/v1/evaluations`,
    });
    for (const tenant of ['acme', 'nobody']) {
      expect((await get(`/${tenant}`)).json()).toMatchObject({
        policy_decision_point: `${PUBLIC_URL}/${tenant}`,
        access_evaluation_endpoint: `${PUBLIC_URL}/access/v1/evaluation`,
      });
    }
    expect((await get('/No_Tenant')).statusCode).toBe(404);
  });

  test('are signed by the published key, the same for an hour, and for no longer than the key is published', async () => {
    const broker = await startBroker(acme());
    const get = async (url: string) =>
      (await broker.server.inject({ url })).json() as Record<string, unknown>;
    const { signed_metadata: signed, ...plain } = await get(
      '/.well-known/authzen-configuration/acme',
    );
    const keys = createLocalJWKSet(
      (await get('/.well-known/jwks.json')) as unknown as JSONWebKeySet,
    );
    const { payload } = await jwtVerify(String(signed), keys, {
      issuer: PUBLIC_URL,
      currentDate: new Date(broker.nowMs),
    });
    const { iss: _iss, iat = 0, exp = 0, ...claims } = payload;
    expect(claims).toEqual(plain);
    expect([iat % 3_600, exp - iat]).toEqual([0, 43_200]);
    broker.nowMs += 60_000;
    expect(await get('/.well-known/authzen-configuration/acme')).toMatchObject({
      signed_metadata: signed,
    });
    broker.nowMs += 3_600_000;
    expect((await get('/.well-known/authzen-configuration/acme'))['signed_metadata']).not.toBe(
      signed,
    );
  });
});
