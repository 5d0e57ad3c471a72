import { beforeAll, describe, expect, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { DANA, KEY } from '../acme.fake.js';
import type { TestBroker } from '../decide.fake.js';
import { startOpaBroker } from './opa.fake.js';

const ID = /^[0-9a-f-]{36}$/;
const ask = (name: string, more: object = {}) => ({
  subject: DANA,
  action: { name },
  resource: { type: 'door', id: '7' },
  ...more,
});

let broker: TestBroker;
beforeAll(async () => {
  broker = await startOpaBroker();
});
const last = () => broker.log.entries('acme').at(-1) as DecisionEntry;

describe('POST /v1/data', () => {
  test('answers true and false with the id of the logged decision', async () => {
    for (const [action, result] of [
      ['knock', true],
      ['open', false],
    ] as const) {
      const { status, body, headers } = await broker.post('/v1/data/app/allow', {
        input: ask(action),
      });
      expect([status, body]).toEqual([200, { decision_id: expect.stringMatching(ID), result }]);
      expect(headers['x-decision-id']).toBe(body['decision_id']);
      expect(last()).toMatchObject({ id: body['decision_id'], decision: result });
    }
  });

  test('says undefined of a path that was not declared, and asks nobody', async () => {
    const before = broker.log.entries('acme').length;
    for (const path of ['app/allo', 'app', 'app/allow/', 'kong/authz', '', 'system/main']) {
      const { status, body } = await broker.post(`/v1/data/${path}`, { input: ask('knock') });
      expect([path, status, body]).toEqual([path, 200, {}]);
    }
    expect(broker.log.entries('acme')).toHaveLength(before);
  });

  test('gives an object where that was declared, with reasons and a sentence for a denial', async () => {
    const { body } = await broker.post('/v1/data/app/result', { input: ask('open') });
    const id = body['decision_id'];
    expect(body['result']).toEqual({
      allow: false,
      decision_id: id,
      reasons: ['no-matching-policy', 'device-unknown', 'country-unknown'],
      message: `No posture is known for the device. (decision ${String(id)})`,
    });
  });

  test('names obligations in an object, and beside a boolean', async () => {
    const input = {
      subject: DANA,
      action: { name: 'read' },
      resource: { type: 'record', id: '42' },
      context: { purpose: 'TREAT' },
    };
    const obligations = [{ id: expect.any(String), type: 'log-access' }];
    const plain = await broker.post('/v1/data/app/allow', { input });
    expect(plain.body).toMatchObject({ result: true, obligations });
    const object = await broker.post('/v1/data/app/result', { input });
    expect(object.body['result']).toMatchObject({ allow: true, obligations });
  });

  test('finds the question where the mapping says', async () => {
    const input = { user: 'ann', verb: 'knock', doors: [{ number: 7 }], why: 'TREAT' };
    const { body } = await broker.post('/v1/data/mapped/allow', { input });
    expect(body['result']).toBe(true);
    expect(last().request).toEqual({
      subject: { type: 'user', id: 'ann' },
      action: { name: 'knock' },
      resource: { type: 'door', id: '7' },
      context: { purpose: 'TREAT', source: 'app' },
    });
  });

  test('verifies the token that the mapping names, and takes a missing one for a denial', async () => {
    const post = (jwt: unknown) =>
      broker.post('/v1/data/mapped/token', { input: { jwt, door: '1' } });
    const permitted = await post(await broker.subjectToken());
    expect(permitted.body['result']).toMatchObject({ allow: true });
    expect(last()).toMatchObject({ subject: DANA, facts: { authn: { verified: true } } });
    for (const [jwt, reason] of [
      ['nonsense', 'subject-token-invalid'],
      [undefined, 'subject-token-missing'],
      ['', 'subject-token-missing'],
    ]) {
      const { status, body } = await post(jwt);
      expect([status, body['result']]).toMatchObject([200, { allow: false, reasons: [reason] }]);
      expect(last()).toMatchObject({ decision: false, reasons: [reason] });
    }
  });

  test.each([
    ['no input', {}, 'input'],
    ['an input that is no object', { input: [1] }, 'input'],
    ['no subject', { input: { ...ask('knock'), subject: undefined } }, 'input.subject'],
    ['an action without a name', { input: ask('knock', { action: {} }) }, 'input.action.name'],
    ['a lone surrogate', { input: ask('\ud800') }, 'input.action.name'],
  ])('answers 400 as OPA does to %s', async (_what, body, field) => {
    const answer = await broker.post('/v1/data/app/allow', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_parameter', field });
    expect(answer.body['message']).toMatch(/^input/);
  });

  test.each([
    ['no JSON', '{', 'application/json'],
    ['nothing', '', 'application/json'],
    ['an array', '[]', 'application/json'],
    ['two inputs', '{"input":{},"input":{}}', 'application/json'],
    ['a form', 'input=1', 'application/x-www-form-urlencoded'],
  ])('answers 400 as OPA does to a body that is %s', async (_what, payload, type) => {
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': type };
    const url = '/v1/data/app/allow';
    const answer = await broker.server.inject({ method: 'POST', url, headers, payload });
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'invalid_parameter' }]);
  });

  test('answers 401 as OPA does to whoever is no enforcement point', async () => {
    const { status, headers, body } = await broker.post(
      '/v1/data/app/allow',
      { input: ask('knock') },
      { authorization: 'Bearer nobody' },
    );
    expect([status, body['code']]).toEqual([401, 'unauthorized']);
    expect(headers['www-authenticate']).toContain('Bearer');
  });

  test('takes OPA’s query parameters', async () => {
    const url = '/v1/data/app/allow?provenance&metrics=true&explain=notes&strict-builtin-errors';
    const { body } = await broker.post(url, { input: ask('open') });
    expect(body).toMatchObject({
      result: false,
      provenance: { bundles: { acme: { revision: expect.any(String) } } },
      metrics: { timer_server_handler_ns: expect.any(Number) },
      explanation: expect.arrayContaining(['no-matching-policy: No policy permits this.']),
    });
    const pretty = await broker.server.inject({
      method: 'POST',
      url: '/v1/data/app/allow?pretty=true',
      headers: { authorization: `Bearer ${KEY}` },
      payload: { input: ask('open') },
    });
    expect(pretty.body).toContain('\n  "result": false');
  });
});
