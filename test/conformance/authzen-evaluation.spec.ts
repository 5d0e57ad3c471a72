import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Call } from '../support/broker-client.js';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { applyWithCli } from './apply-with-cli.js';
import {
  alice,
  AUTHZEN_KEY,
  AUTHZEN_TENANT,
  bob,
  DENIED,
  EXPLAINING_KEY,
  QUESTION,
  read,
  record,
} from './authzen-tenant.js';

jest.setTimeout(60_000);

const PATH = '/access/v1/evaluation';
const PERMIT = '{"decision":true}';
const DENY = '{"decision":false}';

describe('AuthZEN Authorization API 1.0, access evaluation', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
    await applyWithCli(broker, AUTHZEN_TENANT);
  });
  afterAll(() => broker.close());

  const post = (json: unknown, call: Call = {}) =>
    broker.client.call('POST', PATH, { key: AUTHZEN_KEY, json, ...call });
  const body = async (json: unknown, call?: Call) => (await post(json, call)).text;

  describe('§6, the request and its answer', () => {
    it('is 200 and application/json for permit and deny alike', async () => {
      for (const question of [QUESTION, DENIED]) {
        const { status, headers } = await post(question);
        expect([status, headers.get('content-type')]).toEqual([
          200,
          'application/json; charset=utf-8',
        ]);
      }
    });

    it.each([
      ['at the top', { ...QUESTION, foo: { bar: [1] }, page: {} }],
      ['in the subject', { ...QUESTION, subject: { ...bob, foo: 1 } }],
      ['in the action', { ...QUESTION, action: { ...read, foo: null } }],
      ['in the resource', { ...QUESTION, resource: { ...record('1'), foo: 'bar' } }],
      ['in the options', { ...QUESTION, options: { foo: true } }],
    ])('ignores unknown members %s', async (_where, question) => {
      expect(await body(question)).toBe(PERMIT);
    });

    it.each([
      ['application/json'],
      ['application/json; charset=utf-8'],
      ['application/json;charset=UTF-8'],
      ['Application/JSON'],
    ])('takes a body as %s', async (type) => {
      const answer = await broker.client.call('POST', PATH, {
        key: AUTHZEN_KEY,
        headers: { 'content-type': type },
        body: JSON.stringify(QUESTION),
      });
      expect([answer.status, answer.text]).toEqual([200, PERMIT]);
    });

    it('refuses text/plain with 400', async () => {
      const headers = { 'content-type': 'text/plain' };
      const call = { key: AUTHZEN_KEY, headers, body: JSON.stringify(QUESTION) };
      expect((await broker.client.call('POST', PATH, call)).status).toBe(400);
    });

    it.each(['GET', 'PUT', 'DELETE', 'PATCH'])(
      'refuses %s with 405 and says what it offers',
      async (method) => {
        const answer = await broker.client.call(method, PATH, { key: AUTHZEN_KEY });
        expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
      },
    );

    it('is the same, byte for byte, for the same question', async () => {
      const answers = await Promise.all([1, 2, 3].map(() => body(QUESTION)));
      expect(new Set(answers)).toEqual(new Set([PERMIT]));
    });

    it('names each answer in a header, each with its own name', async () => {
      const [one, two] = await Promise.all([post(QUESTION), post(QUESTION)]);
      const ids = [one, two].map(({ headers }) => headers.get('x-decision-id'));
      expect(ids[0]).toMatch(/^[\w-]{20,}$/);
      expect(ids[0]).not.toBe(ids[1]);
      expect(one.headers.get('x-policy-version')).toMatch(/^[0-9a-f]{64}$/);
      expect(one.headers.get('cache-control')).toBe('private, max-age=0');
    });

    it('shows obligations unasked', async () => {
      const question = { ...QUESTION, subject: { type: 'user', id: 'carol' } };
      expect(JSON.parse(await body(question))).toEqual({
        decision: true,
        context: { obligations: [expect.objectContaining({ type: 'note' })] },
      });
    });
  });

  describe('reasons', () => {
    const reasons = {
      decision: false,
      context: {
        reasons: expect.arrayContaining([
          { code: 'no-matching-policy', message: expect.any(String) },
        ]),
      },
    };

    it.each([
      ['by an option', { ...DENIED, options: { explain: true } }, {}],
      [
        'by a header',
        DENIED,
        { headers: { 'content-type': 'application/json', 'x-sallyport-explain': 'true' } },
      ],
      ['by the enforcement point’s own setting', DENIED, { key: EXPLAINING_KEY }],
    ])('are given when asked for %s', async (_how, question, call) => {
      expect(JSON.parse(await body(question, call))).toMatchObject(reasons);
    });

    it('name the policies that decided', async () => {
      const question = { ...QUESTION, options: { explain: true } };
      const { context } = JSON.parse(await body(question)) as {
        context: { determining: { id: string }[] };
      };
      expect(context.determining).toEqual([expect.objectContaining({ id: 'bob-reads' })]);
    });
  });

  describe('§10, transport', () => {
    it.each([
      ['an answer', QUESTION, AUTHZEN_KEY, 200],
      ['a refusal', { subject: bob }, AUTHZEN_KEY, 400],
      ['a refusal of the credential', QUESTION, 'unknown-key', 401],
    ])('echoes X-Request-ID on %s', async (_on, question, key, status) => {
      const headers = { 'content-type': 'application/json', 'x-request-id': 'bfe9eb29-ab87-4ca3' };
      const answer = await post(question, { key, headers });
      expect([answer.status, answer.headers.get('x-request-id')]).toEqual([
        status,
        'bfe9eb29-ab87-4ca3',
      ]);
    });

    it('gives an answer an X-Request-ID where the question has none', async () => {
      expect((await post(QUESTION)).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    });

    it('trusts a property from the enforcement point that may assert it, and from no other', async () => {
      const question = {
        subject: { type: 'user', id: 'mallory', properties: { status: 'trusted' } },
        action: { name: 'list' },
        resource: { type: 'folder', id: 'f' },
      };
      expect(await body(question)).toBe(DENY);
      expect(JSON.parse(await body(question, { key: EXPLAINING_KEY }))).toMatchObject({
        decision: true,
      });
      expect(await body({ ...question, subject: alice })).toBe(PERMIT);
    });
  });
});
