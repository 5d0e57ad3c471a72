import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { applyWithCli } from './apply-with-cli.js';
import {
  alice,
  AUTHZEN_KEY,
  AUTHZEN_TENANT,
  bob,
  QUESTION,
  read,
  record,
} from './authzen-tenant.js';

jest.setTimeout(60_000);

/** Every API of the specification with a request that it answers. */
const APIS = [
  ['§6 access evaluation', '/access/v1/evaluation', QUESTION],
  [
    '§7 access evaluations',
    '/access/v1/evaluations',
    { ...QUESTION, evaluations: [{}, { subject: alice }] },
  ],
  ['§8.4 subject search', '/access/v1/search/subject', { ...QUESTION, subject: { type: 'user' } }],
  [
    '§8.5 resource search',
    '/access/v1/search/resource',
    { subject: bob, action: read, resource: { type: 'record' }, page: { limit: 1 } },
  ],
  ['§8.6 action search', '/access/v1/search/action', { subject: bob, resource: record('1') }],
] as const;

const JSON_TYPE = { 'content-type': 'application/json' };
const REQUEST_ID = 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716';

describe('AuthZEN Authorization API 1.0, §10.1 HTTPS binding', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
    await applyWithCli(broker, AUTHZEN_TENANT);
  });
  afterAll(() => broker.close());

  describe.each(APIS)('of %s', (_api, path, asked) => {
    const post = (body: string, headers: Record<string, string> = {}, key?: string) =>
      broker.client.call('POST', path, {
        key: key ?? AUTHZEN_KEY,
        body,
        headers: { ...JSON_TYPE, ...headers },
      });
    const text = JSON.stringify(asked);

    it('§10.1 answers with 200 exactly, as JSON', async () => {
      const answer = await post(text);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(typeof JSON.parse(answer.text)).toBe('object');
    });

    it.each(['application/json; charset=utf-8', 'application/json;charset=UTF-8'])(
      '§10.1 takes a body as %s',
      async (type) => {
        expect((await post(text, { 'content-type': type })).status).toBe(200);
      },
    );

    it.each(['text/plain', 'application/x-www-form-urlencoded'])(
      '§10.1 refuses a body as %s with 400',
      async (type) => {
        expect((await post(text, { 'content-type': type })).status).toBe(400);
      },
    );

    it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('§10.1 is no resource to %s', async (method) => {
      const answer = await broker.client.call(method, path, { key: AUTHZEN_KEY });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    });

    it.each([
      ['that is malformed', '{"subject":'],
      ['that is empty', ''],
      ['that is a list', `[${text}]`],
      ['that is a string', '"subject"'],
      ['that is null', 'null'],
      ['that names a member twice', `{"options":{},${text.slice(1, -1)},"options":{}}`],
      ['with a lone surrogate', `{"context":{"a":"\\ud800"},${text.slice(1)}`],
      [
        'whose resource is a string',
        JSON.stringify({ ...asked, resource: 'record', evaluations: undefined }),
      ],
      ['whose context is a list', JSON.stringify({ ...asked, context: [] })],
      ['whose subject is a string', JSON.stringify({ ...asked, subject: 'bob' })],
    ])('§10.1.2 refuses a body %s, and says why', async (_what, body) => {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(JSON.parse(answer.text)).toMatchObject({ message: expect.stringMatching(/./) });
    });

    it.each([
      ['no credential', undefined],
      ['a wrong one', 'nobody-has-this-key'],
    ])('§10.1.2 answers %s with 401 and a challenge, whatever the body', async (_what, key) => {
      for (const body of [text, '{']) {
        const answer = await broker.client.call('POST', path, { key, body, headers: JSON_TYPE });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="/);
      }
    });

    it.each([
      ['an answer', text, AUTHZEN_KEY, 200],
      ['a refusal', '{}', AUTHZEN_KEY, 400],
      ['a refusal of the credential', text, 'nobody-has-this-key', 401],
    ])('§10.1.3 echoes X-Request-ID on %s', async (_on, body, key, status) => {
      const answer = await post(body, { 'x-request-id': REQUEST_ID }, key);
      expect([answer.status, answer.headers.get('x-request-id')]).toEqual([status, REQUEST_ID]);
    });

    it('§10.1.3 does without X-Request-ID, and then gives one', async () => {
      const answer = await post(text);
      expect([answer.status, typeof answer.headers.get('x-request-id')]).toEqual([200, 'string']);
    });

    it('certification: answers the same request three times with the same body', async () => {
      const bodies = [];
      for (let time = 0; time < 3; time += 1) bodies.push((await post(text)).text);
      expect(new Set(bodies).size).toBe(1);
    });

    it('§5 ignores members that it does not know, wherever they stand', async () => {
      const odd = { 'x-unknown': { deep: [1] } };
      const more = {
        ...asked,
        ...odd,
        resource: { ...asked.resource, ...odd },
        options: { another_option: true },
      };
      expect((await post(JSON.stringify(more))).text).toBe((await post(text)).text);
    });

    it.each([
      ['no context', {}],
      ['an empty one', { context: {} }],
      ['one that is null', { context: null }],
    ])('§5.4 does with %s', async (_what, context) => {
      const answer = await post(JSON.stringify({ ...asked, ...context }));
      expect([answer.status, answer.text]).toEqual([200, (await post(text)).text]);
    });

    it('certification: names its record in a header, not in the body', async () => {
      const [one, other] = [await post(text), await post(text)];
      const ids = [one, other].map(({ headers }) => headers.get('x-decision-id'));
      expect(ids[0]).not.toBe(ids[1]);
      expect(one.text).not.toContain(ids[0] ?? 'an id');
    });
  });
});
