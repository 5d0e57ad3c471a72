import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PepClient } from '../src/index.js';
import { EventStreamReader } from '../src/signals/event-stream.js';
import {
  answer,
  clientOf,
  metadataOf,
  type OtherPdp,
  QUESTION,
  startOtherPdp,
} from './other-pdp.js';

describe('a client', () => {
  let pdp: OtherPdp;
  beforeEach(async () => {
    pdp = await startOtherPdp();
  });
  afterEach(() => pdp.close());

  test.each([
    ['names another decision point', { policy_decision_point: 'https://elsewhere.example' }],
    ['differs by a slash', { policy_decision_point: undefined }],
    ['names an address elsewhere', { access_evaluations_endpoint: 'https://elsewhere.example/x' }],
    ['names an address that is none', { search_action_endpoint: 'x' }],
    ['names another scheme', { search_action_endpoint: 'ftp://127.0.0.1/x' }],
  ])('sends its key nowhere when metadata %s', async (_, change) => {
    pdp.describe({ ...metadataOf(pdp.url), policy_decision_point: `${pdp.url}`, ...change });
    const client = clientOf(pdp);
    expect((await client.evaluate(QUESTION)).failure?.code).toBe('metadata-invalid');
    expect(pdp.received).toEqual([]);
  });

  test('asks for metadata once, and nobody for what is not offered', async () => {
    const { search_action_endpoint: _, ...rest } = metadataOf(pdp.url);
    pdp.describe(rest);
    const client = clientOf(pdp);
    await Promise.all([
      client.evaluate(QUESTION),
      client.evaluate(QUESTION),
      client.evaluateAll([QUESTION]),
    ]);
    expect(pdp.asksForMetadata()).toBe(1);
    const search = client.searchActions({ resource: QUESTION.resource });
    await expect(search[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'not-offered',
    });
  });

  test.each([
    ['http on the network', { pdp: 'http://access.example' }],
    ['a query', { pdp: 'https://access.example/?a' }],
    ['a credential in the address', { pdp: 'https://a:b@access.example/' }],
    ['a key with a line break', { key: 'a\r\nb' }],
    ['no time', { deadlineMs: 0 }],
    ['a cache without signals', { cache: true }],
  ])('is not made with %s', (_, options) => {
    expect(() => new PepClient({ pdp: 'https://access.example', key: 'key', ...options })).toThrow(
      TypeError,
    );
  });

  test('reads a batch only if it fits what was asked', async () => {
    const client = clientOf(pdp);
    const [yes, no] = [{ decision: true }, { decision: false }];
    const said = async (
      evaluations: object[],
      semantic: 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit',
    ) => {
      pdp.behave(answer({ evaluations }));
      const all = await client.evaluateAll([QUESTION, QUESTION, QUESTION], { semantic });
      return all.map(({ decision, failure }) => failure?.code ?? decision);
    };
    const broken = Array<string>(3).fill('answer-malformed');
    expect(await said([yes, no, yes], 'execute_all')).toEqual([true, false, true]);
    expect(await said([yes, no], 'execute_all')).toEqual(broken);
    expect(await said([yes, no], 'deny_on_first_deny')).toEqual([true, false, 'not-evaluated']);
    expect(await said([yes], 'deny_on_first_deny')).toEqual(broken);
    expect(await said([yes], 'permit_on_first_permit')).toEqual([
      true,
      'not-evaluated',
      'not-evaluated',
    ]);
    expect(await said([yes, yes, yes, yes], 'execute_all')).toEqual(broken);
    expect(await client.evaluateAll([])).toEqual([]);
  });

  test('reads a plan only if it is whole and says its kind', async () => {
    const client = clientOf(pdp);
    const ask = { action: { name: 'read' }, resource: { type: 'record' } };
    const whole = { complete: true, policy_version: 'v1' };
    for (const [plan, kind, code] of [
      [{ kind: 'always_allowed', ...whole }, 'always_allowed', undefined],
      [{ kind: 'conditional', filter: { a: 1 }, ...whole }, 'conditional', undefined],
      [{ kind: 'conditional', ...whole }, 'always_denied', 'answer-malformed'],
      [{ kind: 'always_allowed' }, 'always_denied', 'plan-incomplete'],
      [{ ...whole }, 'always_denied', 'answer-malformed'],
      [
        { kind: 'always_allowed', obligations: [{ type: 'x' }], ...whole },
        'always_denied',
        'obligation-unknown',
      ],
    ] as const) {
      pdp.behave(answer(plan));
      const read = await client.plan(ask);
      expect([plan, read.kind, read.failure?.code]).toEqual([plan, kind, code]);
    }
    expect((await client.plan(ask, { understands: ['x'] })).kind).toBe('always_allowed');
  });

  test('walks a search to its end, and not in a circle', async () => {
    const client = clientOf(pdp);
    const ask = {
      subject: QUESTION.subject,
      action: { name: 'read' },
      resource: { type: 'record' },
    };
    pdp.behave((response, received, count) => {
      const { page } = JSON.parse(received.body) as { page?: { token?: string } };
      const next = { undefined: 'a', a: 'b' }[String(page?.token)] ?? '';
      answer({
        page: { next_token: next },
        results: [{ type: 'record', id: String(page?.token) }],
      })(response, received, count);
    });
    const all = [];
    for await (const { id } of client.searchResources(ask)) all.push(id);
    expect(all).toEqual(['undefined', 'a', 'b']);
    for (const body of [
      { results: [], page: { next_token: 'same' } },
      { results: [{ type: 'user', id: '1' }] },
      {},
    ]) {
      pdp.behave(answer(body));
      const walk = async () => {
        for await (const _ of client.searchResources(ask)) continue;
      };
      await expect(walk()).rejects.toMatchObject({ code: 'answer-malformed' });
    }
  });

  test('reads events however they are cut', () => {
    const text =
      ': note\nevent: change\nid: 4\ndata: {"a":\ndata: 1}\n\nid: 5\r\ndata:x\r\n\r\n\n\ndata\n\n';
    const expected = [
      { event: 'change', id: '4', data: '{"a":\n1}' },
      { event: '', id: '5', data: 'x' },
      { event: '', id: '5', data: '' },
    ];
    for (let size = 1; size <= text.length; size += 1) {
      const reader = new EventStreamReader();
      const events = [];
      for (let at = 0; at < text.length; at += size)
        events.push(...reader.read(text.slice(at, at + size)));
      expect(events).toEqual(expected);
    }
    expect(() => new EventStreamReader().read('x'.repeat(70_000))).toThrow(RangeError);
  });
});
