import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { applyWithCli } from './apply-with-cli.js';
import {
  alice,
  AUTHZEN_KEY,
  AUTHZEN_TENANT,
  bob,
  DENIED,
  QUESTION,
  read,
  record,
} from './authzen-tenant.js';

jest.setTimeout(60_000);

const PATH = '/access/v1/evaluations';
/** Items for the default question: permitted, denied, and one that is none. */
const P = {};
const D = { subject: alice };
const E = { resource: { type: 'record', id: 7 } };

describe('AuthZEN Authorization API 1.0, §7 access evaluations', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
    await applyWithCli(broker, AUTHZEN_TENANT);
  });
  afterAll(() => broker.close());

  const post = (json: unknown, headers: Record<string, string> = {}) =>
    broker.client.call('POST', PATH, { key: AUTHZEN_KEY, json, headers });
  const decisions = async (json: unknown) => {
    const { status, text } = await post(json);
    const { evaluations } = JSON.parse(text) as { evaluations: { decision: boolean }[] };
    return [status, ...evaluations.map(({ decision }) => decision)];
  };
  const under = (semantic: string | undefined, evaluations: readonly object[]) => ({
    ...QUESTION,
    evaluations,
    ...(semantic === undefined ? {} : { options: { evaluations_semantic: semantic } }),
  });

  it.each([
    ['no items', QUESTION, '{"decision":true}'],
    ['an empty list', { ...QUESTION, evaluations: [] }, '{"decision":true}'],
    ['a null list', { ...DENIED, evaluations: null }, '{"decision":false}'],
  ])('§7.1 with %s it is one evaluation', async (_with, question, expected) => {
    const answer = await post(question);
    expect([answer.status, answer.text]).toEqual([200, expected]);
  });

  it('§7.1 with no items it demands a whole question', async () => {
    const answer = await post({ subject: bob, evaluations: [] });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ field: 'action' });
  });

  it.each([
    ['the defaults', { ...QUESTION, evaluations: [P] }, [true]],
    ['an item of its own', { evaluations: [QUESTION, DENIED] }, [true, false]],
    ['a default that an item replaces', { ...QUESTION, evaluations: [D, P] }, [false, true]],
    [
      'an empty default that every item replaces',
      { ...QUESTION, resource: {}, evaluations: [{ resource: record('1') }] },
      [true],
    ],
    ['a default context', { ...DENIED, context: { urgent: true }, evaluations: [P] }, [true]],
    [
      'a context of its own',
      { ...DENIED, context: { urgent: true }, evaluations: [{ context: {} }] },
      [false],
    ],
    [
      'a type that the item leaves to the default',
      { ...QUESTION, resource: { type: 'record' }, evaluations: [{ resource: { id: '1' } }] },
      [true],
    ],
    [
      'properties, which are never taken from the default',
      {
        ...QUESTION,
        action: { name: 'delete', properties: { soft: true } },
        evaluations: [P, { action: { name: 'delete' } }],
      },
      [true, false],
    ],
  ])('§7.1.1 goes by %s', async (_what, question, expected) => {
    expect(await decisions(question)).toEqual([200, ...expected]);
  });

  it.each([
    ['execute_all by default', undefined, [P, D, E, P], [true, false, false, true]],
    ['execute_all', 'execute_all', [D, E, P], [false, false, true]],
    ['deny_on_first_deny, up to the deny', 'deny_on_first_deny', [P, P, D, P], [true, true, false]],
    ['deny_on_first_deny, up to an error', 'deny_on_first_deny', [P, E, P], [true, false]],
    [
      'deny_on_first_deny, to the end where all is permitted',
      'deny_on_first_deny',
      [P, P],
      [true, true],
    ],
    [
      'permit_on_first_permit, up to the permit',
      'permit_on_first_permit',
      [D, E, P, D],
      [false, false, true],
    ],
    [
      'permit_on_first_permit, to the end where nothing is',
      'permit_on_first_permit',
      [D, E],
      [false, false],
    ],
  ])('§7.1.2.1 runs %s', async (_how, semantic, items, expected) => {
    expect(await decisions(under(semantic, items))).toEqual([200, ...expected]);
  });

  it('§7.1.2 ignores options that it does not know', async () => {
    const question = { ...QUESTION, evaluations: [P], options: { another_option: 'value' } };
    expect(await decisions(question)).toEqual([200, true]);
  });

  it.each([
    ['an unknown semantic', { options: { evaluations_semantic: 'first_come' } }],
    ['a semantic that is no text', { options: { evaluations_semantic: 1 } }],
    ['options that are no object', { options: 'execute_all' }],
    ['evaluations that are no list', { evaluations: { 0: P } }],
    ['a default that is no object', { subject: 'bob' }],
    ['more items than a thousand', { evaluations: Array.from({ length: 1_001 }, () => P) }],
  ])('§7.1.2 refuses %s as a whole', async (_what, change) => {
    const answer = await post({ ...QUESTION, evaluations: [P], ...change });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      400,
      expect.objectContaining({ message: expect.any(String) }),
    ]);
  });

  it.each([
    ['options that are null', { options: null }],
    ['a semantic that is null', { options: { evaluations_semantic: null } }],
    ['a default context that is null', { context: null }],
    ['members of an item that nobody knows', { evaluations: [{ note: 1 }] }],
  ])('§7.1.2 takes %s for none', async (_what, change) => {
    expect(await decisions({ ...QUESTION, evaluations: [P], ...change })).toEqual([200, true]);
  });

  it('§7.2 answers the items in their order, and has no decision of its own', async () => {
    const { text } = await post(under(undefined, [P, D, P]));
    expect(text).toBe('{"evaluations":[{"decision":true},{"decision":false},{"decision":true}]}');
  });

  it('§7.2.1 says what is wrong with an item in that item alone', async () => {
    const { status, text } = await post(under(undefined, [E, P, 'read' as unknown as object]));
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      evaluations: [
        {
          decision: false,
          context: { error: { status: 400, message: expect.stringContaining('resource.id') } },
        },
        { decision: true },
        { decision: false, context: { error: { status: 400, message: expect.any(String) } } },
      ],
    });
  });

  it('§7.2.1 denies the one item that has no subject, where nobody has', async () => {
    const evaluations = [{ action: read, resource: record('1') }];
    expect(await decisions({ evaluations })).toEqual([200, false]);
  });

  it('answers the same batch with the same bytes', async () => {
    const batch = under(undefined, [P, D, E]);
    const answers = await Promise.all([1, 2, 3].map(async () => (await post(batch)).text));
    expect(new Set(answers).size).toBe(1);
  });

  it('answers a thousand items', async () => {
    const items = Array.from({ length: 1_000 }, (_, at) => (at % 2 === 0 ? P : D));
    const [status, ...answers] = await decisions(under(undefined, items));
    expect([status, answers.length]).toEqual([200, 1_000]);
    expect(answers.filter(Boolean)).toHaveLength(500);
  });

  it('echoes X-Request-ID, and names the batch', async () => {
    const answer = await post(under(undefined, [P, D]), {
      'content-type': 'application/json',
      'x-request-id': 'batch-7',
    });
    expect(answer.headers.get('x-request-id')).toBe('batch-7');
    const id = answer.headers.get('x-decision-id') ?? '';
    const entry = `/v1/tenants/authzen/entries/${id}.1`;
    expect(await broker.client.ok('GET', entry, { key: AUTHZEN_KEY })).toMatchObject({
      type: 'decision',
      id: `${id}.1`,
      decision: false,
      requestId: 'batch-7',
    });
  });
});
