import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { applyWithCli } from './apply-with-cli.js';
import {
  BATCHES,
  EVALUATIONS,
  FINDING_NOTHING,
  PERMITTED,
  REFUSED,
  REFUSED_SEARCHES,
  SEARCHES,
} from './certification-cases.js';
import { CERTIFIED_KEY, CERTIFIED_TENANT } from './certification-tenant.js';

jest.setTimeout(60_000);

const EVALUATION = 'evaluation';
const SENT = ['evaluation', 'evaluations', 'search/subject', 'search/resource', 'search/action'];
const context = { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' };

/** What the OpenID Foundation's harness asks: `certification/authorization-api-1_0-scenario.md` in openid/authzen, whose numbers these are. */
describe('the AuthZEN certification scenario', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
    await applyWithCli(broker, CERTIFIED_TENANT);
  });
  afterAll(() => broker.close());

  const call = (path: string, options: Parameters<TestBroker['client']['call']>[2]) =>
    broker.client.call('POST', `/access/v1/${path}`, { key: CERTIFIED_KEY, ...options });
  const ask = async (path: string, json: unknown) => {
    const answer = await call(path, { json });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    return { status: answer.status, body: JSON.parse(answer.text) as Record<string, unknown> };
  };
  const search = async (kind: string, json: object) => {
    const { status, body } = await ask(`search/${kind}`, json);
    expect([status, Array.isArray(body['results'])]).toEqual([200, true]);
    return body as { results: Record<string, string>[]; page?: { next_token: string } };
  };
  const names = ({ results }: Awaited<ReturnType<typeof search>>) =>
    results.map(({ id, name }) => id ?? name);

  it.each(EVALUATIONS)('%s', async (_id, question, decision) => {
    const { status, body } = await ask(EVALUATION, question);
    // c-2-3-1: a boolean; c-2-3-2: nothing else but a context.
    expect([status, body['decision']]).toEqual([200, decision]);
    expect(Object.keys(body).filter((name) => name !== 'context')).toEqual(['decision']);
  });

  it.each(REFUSED)('%s: 400', async (_id, question) => {
    expect((await ask(EVALUATION, question)).status).toBe(400);
  });

  it.each([
    ['c-2-4-3 of another content type', JSON.stringify(PERMITTED), 'text/plain'],
    ['c-2-4-4 that is no JSON', '{"subject":', 'application/json'],
    ['c-2-4-5 that is empty', '', 'application/json'],
  ])('a body %s: 400', async (_id, body, type) => {
    expect((await call(EVALUATION, { body, headers: { 'content-type': type } })).status).toBe(400);
  });

  it('c-2-5-1 echoes X-Request-ID, c-2-5-2 and does without it', async () => {
    const id = 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716';
    const answer = await call(EVALUATION, { json: PERMITTED, headers: { 'x-request-id': id } });
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect((await call(EVALUATION, { json: PERMITTED })).status).toBe(200);
  });

  it('c-2-6 decides alike, again and again', async () => {
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push((await call(EVALUATION, { json: PERMITTED })).text);
    expect(new Set(answers).size).toBe(1);
  });

  it.each(BATCHES)('%s', async (_id, request, decisions) => {
    const { status, body } = await ask('evaluations', request);
    const items = body['evaluations'] as { decision: unknown }[];
    // c-3-3-1, c-3-3-3 and c-3-3-4.
    expect([status, items.length, 'decision' in body]).toEqual([200, decisions.length, false]);
    for (const [at, decision] of decisions.entries())
      expect(items[at]?.decision).toEqual(decision === 'either' ? expect.any(Boolean) : decision);
  });

  it.each([
    ['c-3-4-2 without a list', PERMITTED],
    ['c-3-4-3 with an empty list', { ...PERMITTED, evaluations: [] }],
  ])('%s, evaluations are one evaluation', async (_id, request) => {
    expect(await ask('evaluations', request)).toEqual({ status: 200, body: { decision: true } });
  });

  it.each(SEARCHES)('%s', async (_id, kind, asked, expected) => {
    const answer = await search(kind, asked);
    expect(names(answer)).toEqual(expect.arrayContaining([...expected]));
    const type = (asked as Record<string, { type?: string }>)[kind]?.type;
    for (const result of answer.results)
      expect(kind === 'action' ? typeof result['name'] : result['type']).toBe(type ?? 'string');
    // c-4-2-2, c-4-3-2, c-4-4-2.
    expect(await search(kind, { ...asked, context })).toEqual(answer);
  });

  it.each([
    ['c-4-2-3', 'subject', { type: 'user', id: 'alice' }],
    ['c-4-3-3', 'resource', { type: 'record', id: 'record-1' }],
  ])('%s ignores the id of a searched %s', async (_id, kind, named) => {
    const asked = { ...PERMITTED, [kind]: { type: named.type } };
    expect(await search(kind, { ...asked, [kind]: named })).toEqual(await search(kind, asked));
  });

  it('c-4-5 gives pages: a limit, a token, and an empty token at the end', async () => {
    const asked = { ...PERMITTED, subject: { type: 'user' } };
    const first = await search('subject', { ...asked, page: { limit: 1 } });
    expect([first.results.length, first.page]).toEqual([1, { next_token: expect.any(String) }]);
    const token = first.page?.next_token;
    expect(token).not.toBe('');
    const second = await search('subject', { ...asked, page: { token } });
    expect(second.page).toEqual({ next_token: '' });
    expect([...names(first), ...names(second)]).toEqual(['alice', 'bob']);
  });

  it.each(FINDING_NOTHING)('%s finds nothing in a search for a %s', async (_id, kind, asked) => {
    expect((await search(kind, asked)).results).toEqual([]);
  });

  it.each(REFUSED_SEARCHES)('%s in a search for a %s: 400', async (_id, kind, asked) => {
    expect((await ask(`search/${kind}`, asked)).status).toBe(400);
  });

  it('c-6 says where it is asked', async () => {
    const { status, text } = await broker.client.call(
      'GET',
      '/.well-known/authzen-configuration',
      {},
    );
    const metadata = JSON.parse(text) as Record<string, unknown>;
    const endpoints = SENT.map((path) => {
      const key = path.startsWith('search/')
        ? `search_${path.slice('search/'.length)}_endpoint`
        : `access_${path}_endpoint`;
      return [key, `${String(metadata['policy_decision_point'])}/access/v1/${path}`];
    });
    expect([status, metadata]).toEqual([
      200,
      expect.objectContaining(Object.fromEntries(endpoints)),
    ]);
    expect(metadata['capabilities']).toEqual(expect.arrayContaining([expect.any(String)]));
  });
});
