import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PepClient, PepOptions } from '../src/index.js';
import {
  answer,
  type Behaviour,
  clientOf,
  type OtherPdp,
  QUESTION,
  startOtherPdp,
} from './other-pdp.js';

const KEPT = { 'cache-control': 'private, max-age=60', 'x-sallyport-facts-version': '7' };

/** What the client remembers of a decision point, and for how long. */
describe('an answer', () => {
  let pdp: OtherPdp;
  let stream: ServerResponse | undefined;
  let resumedFrom: (string | undefined)[] = [];
  let evaluation: Behaviour;
  let client: PepClient;
  let aheadMs = 0;
  beforeEach(async () => {
    pdp = await startOtherPdp();
    [aheadMs, resumedFrom] = [0, []];
    evaluation = answer({ decision: true }, KEPT);
    pdp.behave((response, received, count) => {
      if (received.path !== '/v1/signals') return evaluation(response, received, count);
      resumedFrom.push(received.headers['last-event-id'] as string | undefined);
      stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
      tell('reset', 7);
    });
  });
  afterEach(async () => {
    await client.close();
    await pdp.close();
  });

  const tell = (event: string, id: number | string, data: object = {}) =>
    void stream?.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  const begin = async (options: Partial<PepOptions> = {}) => {
    const platform = { random: () => 0.01, monotonicMs: () => performance.now() + aheadMs };
    client = clientOf(pdp, { signals: true, cache: true, platform, ...options });
    client.start();
    for (let tries = 0; !client.isLive && tries < 500; tries += 1) await sleep(10);
  };
  const isCached = async (question: object = QUESTION) =>
    (await client.evaluate(question as typeof QUESTION)).isCached;
  /** Asks twice: whether the second answer came from memory. */
  const isKept = async (question: object = QUESTION) => {
    await client.evaluate(question as typeof QUESTION);
    return isCached(question);
  };

  test('is kept for as long as it may be, and no longer', async () => {
    await begin();
    expect(await isKept()).toBe(true);
    aheadMs += 59_000;
    tell('heartbeat', 7);
    await sleep(50);
    expect(await isCached()).toBe(true);
    aheadMs += 1_001;
    expect(await isCached()).toBe(false);
  });

  test('is kept for its very question alone', async () => {
    await begin();
    expect(await isKept()).toBe(true);
    for (const other of [
      { ...QUESTION, subject: { ...QUESTION.subject, properties: { a: 1 } } },
      { ...QUESTION, action: { name: 'read', properties: {} } },
      { ...QUESTION, resource: { type: 'database', id: 'prod2' } },
      { ...QUESTION, context: {} },
      { ...QUESTION, context: { ip: '192.0.2.1' } },
    ])
      expect(await isCached(other)).toBe(false);
    expect((await client.evaluate(QUESTION, { explain: true })).isCached).toBe(false);
  });

  test.each([
    ['no version', { 'cache-control': 'private, max-age=60' }],
    ['no age', { 'x-sallyport-facts-version': '7' }],
    ['max-age=0', { ...KEPT, 'cache-control': 'private, max-age=0' }],
    ['no-store', { ...KEPT, 'cache-control': 'no-store, max-age=60' }],
    ['no-cache', { ...KEPT, 'cache-control': 'max-age=60, no-cache' }],
    ['a broken age', { ...KEPT, 'cache-control': 'max-age=-1' }],
    ['two ages', { ...KEPT, 'cache-control': 'max-age=60, max-age=0' }],
    ['an Age that is over', { ...KEPT, age: '60' }],
    ['a broken Age', { ...KEPT, age: 'x' }],
    ['an older version than is known', { ...KEPT, 'x-sallyport-facts-version': '6' }],
  ])('with %s is not kept', async (_, headers) => {
    await begin();
    evaluation = answer({ decision: true }, headers);
    expect(await isKept()).toBe(false);
  });

  test('that is a failure, or under an obligation that nobody knows, is never kept', async () => {
    await begin();
    for (const [body, status] of [
      [{ message: 'broken' }, 500],
      [{ decision: 'yes' }, 200],
      [{ decision: true, context: { obligations: [{ id: '1', type: 'x' }] } }, 200],
    ] as const) {
      evaluation = answer(body, KEPT, status);
      expect(await isKept()).toBe(false);
    }
    evaluation = answer({ decision: false }, KEPT);
    expect(await isKept()).toBe(true);
  });

  test('falls with whatever changes; what was seen of one subject is nobody else’s', async () => {
    await begin();
    const omar = { ...QUESTION, subject: { type: 'user', id: 'omar' } };
    const proved = { ...QUESTION, context: { subject_token: 'a.b.c' } };
    const keep = async () => {
      for (const one of [QUESTION, omar, proved]) await client.evaluate(one);
    };
    const kept = async () => {
      const all = [];
      for (const one of [QUESTION, omar, proved]) all.push(await isCached(one));
      return all;
    };
    await keep();
    tell('change', 7, { kind: 'subject', ...QUESTION.subject });
    await sleep(50);
    expect(await kept()).toEqual([false, true, false]);
    for (const [event, data] of [
      ['change', { kind: 'grant', id: 'g1' }],
      ['change', { kind: 'something new', id: 'x' }],
      ['change', { nothing: 'known' }],
      ['reset', {}],
    ] as const) {
      await keep();
      tell(event, 7, data);
      await sleep(50);
      expect([data, await kept()]).toEqual([data, [false, false, false]]);
    }
  });

  test('made before a change that is known is not kept, however late it comes', async () => {
    await begin();
    evaluation = async (response, received, count) => {
      tell('change', 8, { kind: 'grant', id: 'g1' });
      await sleep(50);
      return answer({ decision: true }, KEPT)(response, received, count);
    };
    expect(await isKept()).toBe(false);
  });

  test('is not taken from memory while signals may be missed', async () => {
    await begin({ signals: { maxSilenceMs: 300 } });
    expect(await isKept()).toBe(true);
    await sleep(350);
    expect([client.isLive, await isCached()]).toEqual([false, false]);
    tell('heartbeat', 7);
    await sleep(50);
    expect(await isKept()).toBe(true);
  });

  test('outlives a stream that breaks, unless something was missed', async () => {
    await begin();
    expect(await isKept()).toBe(true);
    stream?.destroy();
    for (let tries = 0; resumedFrom.length < 2 && tries < 500; tries += 1) await sleep(10);
    expect(resumedFrom).toEqual([undefined, '7']);
    await sleep(50);
    expect(await isCached()).toBe(false);
  });

  test('goes when there are too many, the one that was used longest ago first', async () => {
    await begin({ cache: { maxEntries: 2 } });
    const about = (id: string) => ({ ...QUESTION, resource: { type: 'record', id } });
    for (const id of ['1', '2', '1', '3']) await client.evaluate(about(id));
    expect([
      await isCached(about('1')),
      await isCached(about('3')),
      await isCached(about('2')),
    ]).toEqual([true, true, false]);
  });

  test('is asked for anew after the client was closed', async () => {
    await begin();
    expect(await isKept()).toBe(true);
    await client.close();
    expect(await isCached()).toBe(false);
  });
});
