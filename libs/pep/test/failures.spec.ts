import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Behaviour,
  JSON_TYPE,
  answer,
  clientOf,
  permit,
  QUESTION,
  startOtherPdp,
} from './other-pdp.js';
import type { OtherPdp } from './other-pdp.js';

const closes: Behaviour = (response) => void response.destroy();
const hangs: Behaviour = () => undefined;
const stopsHalfway: Behaviour = (response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': '17' }).write('{"decision":');
  setTimeout(() => response.destroy(), 5);
};
const dribbles: Behaviour = async (response) => {
  response.writeHead(200, JSON_TYPE);
  while (!response.destroyed && response.write(' ')) await sleep(5);
};
const typed = (type: string): Behaviour => answer('{"decision":true}', { 'content-type': type });

describe('a decision point that fails', () => {
  let pdp: OtherPdp;
  beforeEach(async () => {
    pdp = await startOtherPdp();
  });
  afterEach(() => pdp.close());

  const QUICK = { deadlineMs: 300, attemptMs: 150 };
  /** Where something else than the deadline is to end it, however slow the machine is. */
  const PATIENT = { deadlineMs: 20_000, attemptMs: 10_000 };
  const limitsFor = (code: string) => (code === 'deadline-exceeded' ? QUICK : PATIENT);
  const failures: readonly (readonly [string, Behaviour, string])[] = [
    ['closes the connection', closes, 'unreachable'],
    ['never answers', hangs, 'deadline-exceeded'],
    ['stops halfway', stopsHalfway, 'unreachable'],
    ['dribbles for ever', dribbles, 'deadline-exceeded'],
    ['answers 500', answer({ message: 'broken' }, {}, 500), 'pdp-failed'],
    ['answers 503', answer({ decision: true }, {}, 503), 'pdp-failed'],
    ['answers 204', (response) => void response.writeHead(204).end(), 'pdp-failed'],
    ['answers 201 with a permit', answer({ decision: true }, {}, 201), 'pdp-failed'],
    ['answers 400', answer({ message: 'subject: is required' }, {}, 400), 'question-refused'],
    ['answers 401', answer({ message: 'not known' }, {}, 401), 'unauthenticated'],
    ['answers 403 with a permit', answer({ decision: true }, {}, 403), 'forbidden'],
    ['answers 429', answer({}, {}, 429), 'rate-limited'],
    ['answers 301', answer('', { location: '/elsewhere' }, 301), 'redirected'],
    ['answers 307', answer('', { location: '/elsewhere' }, 307), 'redirected'],
    ['sends text', typed('text/plain'), 'answer-malformed'],
    ['sends almost JSON', typed('application/jsonp'), 'answer-malformed'],
    ['says no content type', typed(''), 'answer-malformed'],
    ['sends garbage', answer('\u0000not json'), 'answer-malformed'],
    ['sends nothing', answer(''), 'answer-malformed'],
    ['sends two answers', answer('{"decision":true}{"decision":true}'), 'answer-malformed'],
    ['sends null', answer('null'), 'answer-malformed'],
    ['sends an array', answer([{ decision: true }]), 'answer-malformed'],
    ['sends true', answer('true'), 'answer-malformed'],
    ['says true in words', answer({ decision: 'true' }), 'answer-malformed'],
    ['says 1', answer({ decision: 1 }), 'answer-malformed'],
    ['says nothing', answer({}), 'answer-malformed'],
    ['sends context in words', answer({ decision: true, context: 'ok' }), 'answer-malformed'],
    ['sends one obligation', permitWith({ type: 'log' }), 'answer-malformed'],
    ['sends an obligation in words', permitWith(['log']), 'answer-malformed'],
    ['sends an obligation without type', permitWith([{ id: 'log' }]), 'answer-malformed'],
    ['sends an unknown obligation', permitWith([{ id: '1', type: 'x' }]), 'obligation-unknown'],
    [
      'sends five mebibytes',
      answer(`{"decision":true${' '.repeat(5_242_880)}}`),
      'answer-malformed',
    ],
  ];
  test.each(failures)('that %s is a deny with a reason', async (_, behaviour, code) => {
    pdp.behave(behaviour);
    const decision = await clientOf(pdp, limitsFor(code)).evaluate(QUESTION);
    expect([decision.decision, decision.reasons[0]?.code]).toEqual([false, code]);
    expect(decision.failure?.code).toBe(code);
  });

  test.each(failures)('that %s is an error where that is wanted', async (_, behaviour, code) => {
    pdp.behave(behaviour);
    const client = clientOf(pdp, { ...limitsFor(code), onFailure: 'throw' });
    await expect(client.evaluate(QUESTION)).rejects.toMatchObject({ code });
    await expect(client.evaluateAll([QUESTION])).rejects.toMatchObject({
      code: code === 'obligation-unknown' ? 'answer-malformed' : code,
    });
  });

  test('that is not there at all is a deny', async () => {
    await pdp.close();
    const decision = await clientOf(pdp, PATIENT).evaluate(QUESTION);
    expect(decision.failure?.code).toBe('unreachable');
    pdp = await startOtherPdp();
  });

  test('denies every question of a batch, a plan, and throws for a search', async () => {
    pdp.behave(answer({ decision: true }));
    const client = clientOf(pdp, PATIENT);
    const batch = await client.evaluateAll([QUESTION, QUESTION]);
    expect(batch.map(({ decision }) => decision)).toEqual([false, false]);
    expect(
      await client.plan({ action: { name: 'read' }, resource: { type: 'record' } }),
    ).toMatchObject({
      kind: 'always_denied',
      failure: { code: 'answer-malformed' },
    });
    const found = client.searchActions({ subject: QUESTION.subject, resource: QUESTION.resource });
    await expect(found[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'answer-malformed',
    });
  });

  test('is not followed elsewhere, and the key does not travel', async () => {
    const elsewhere = await startOtherPdp();
    pdp.behave(answer('', { location: `${elsewhere.url}/access/v1/evaluation` }, 307));
    expect((await clientOf(pdp).evaluate(QUESTION)).decision).toBe(false);
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  test('is asked again, within one deadline', async () => {
    pdp.behave((response, received, count) =>
      count < 3
        ? answer({}, {}, 502)(response, received, count)
        : permit(response, received, count),
    );
    expect((await clientOf(pdp).evaluate(QUESTION)).decision).toBe(true);
    expect(pdp.received).toHaveLength(3);
    expect(new Set(pdp.received.map(({ body }) => body)).size).toBe(1);
  });

  test('is not asked again where that cannot help', async () => {
    for (const status of [400, 401, 403, 404, 413]) {
      pdp.behave(answer({}, {}, status));
      await clientOf(pdp).evaluate(QUESTION);
    }
    expect(pdp.received).toHaveLength(5);
  });

  test('is given the time that it asks for, where there is so much', async () => {
    pdp.behave((response, received, count) =>
      count === 1
        ? answer({}, { 'retry-after': '1' }, 503)(response, received, count)
        : permit(response, received, count),
    );
    const atMs = performance.now();
    expect((await clientOf(pdp, { deadlineMs: 5_000 }).evaluate(QUESTION)).decision).toBe(true);
    expect(performance.now() - atMs).toBeGreaterThanOrEqual(999);
    pdp.behave(answer({}, { 'retry-after': '60' }, 503));
    const { failure } = await clientOf(pdp).evaluate(QUESTION);
    expect([failure?.code, pdp.received.length]).toEqual(['pdp-failed', 3]);
  });

  test('is left when the caller gives up', async () => {
    pdp.behave(hangs);
    const controller = new AbortController();
    const asked = clientOf(pdp).evaluate(QUESTION, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    expect((await asked).failure?.code).toBe('aborted');
    expect((await clientOf(pdp).evaluate(QUESTION, { signal: controller.signal })).decision).toBe(
      false,
    );
  });
});

function permitWith(obligations: unknown): Behaviour {
  return answer({ decision: true, context: { obligations } });
}
