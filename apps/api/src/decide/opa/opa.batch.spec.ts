import { beforeAll, describe, expect, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { DANA, KEY } from '../acme.fake.js';
import type { TestBroker } from '../decide.fake.js';
import { startOpaBroker } from './opa.fake.js';

const ID = /^[0-9a-f-]{36}$/;
const ask = (name: string) => ({
  subject: DANA,
  action: { name },
  resource: { type: 'door', id: '7' },
});

let broker: TestBroker;
beforeAll(async () => {
  broker = await startOpaBroker();
});
const last = () => broker.log.entries('acme').at(-1) as DecisionEntry;

describe('GET /v1/data and POST /v0/data', () => {
  const get = (query: string) =>
    broker.server.inject({
      url: `/v1/data/app/allow${query}`,
      headers: { authorization: `Bearer ${KEY}` },
    });
  const encoded = (value: unknown) => encodeURIComponent(JSON.stringify(value));

  test('read the input from the query', async () => {
    expect((await get(`?input=${encoded(ask('knock'))}`)).json()).toMatchObject({ result: true });
    expect((await get(`?input=${encoded(ask('open'))}`)).json()).toMatchObject({ result: false });
    for (const query of ['', '?input=', '?input={', '?input=[]', '?input={}&input={}']) {
      const answer = await get(query);
      expect([query, answer.statusCode]).toEqual([query, 400]);
      expect(answer.json()).toMatchObject({ code: 'invalid_parameter', field: 'input' });
    }
  });

  test('read the whole body as input, and answer the bare result; undefined is 404', async () => {
    const permitted = await broker.server.inject({
      method: 'POST',
      url: '/v0/data/app/allow',
      headers: { authorization: `Bearer ${KEY}` },
      payload: ask('knock'),
    });
    expect(permitted.body).toBe('true');
    expect(permitted.headers['x-decision-id']).toMatch(ID);
    const unknown = await broker.post('/v0/data/app', ask('knock'));
    expect([unknown.status, unknown.body['code']]).toEqual([404, 'undefined_document']);
  });
});

describe('a batch', () => {
  const batch = (path: string, inputs: unknown) =>
    broker.post(`/v1/batch/data/${path}`, { inputs });

  test('is answered name by name, with one entry for each', async () => {
    const { status, body } = await batch('app/allow', { a: ask('knock'), b: ask('open') });
    const id = String(body['batch_decision_id']);
    expect([status, body['responses']]).toEqual([
      200,
      { a: { decision_id: `${id}.0`, result: true }, b: { decision_id: `${id}.1`, result: false } },
    ]);
    expect(last()).toMatchObject({ id: `${id}.1`, decision: false });
  });

  test('has an error for an input that cannot be read, and answers for the others', async () => {
    const { status, body } = await batch('app/allow', { a: ask('knock'), b: {}, c: 7 });
    expect([status, body['responses']]).toMatchObject([
      207,
      {
        a: { http_status_code: '200', result: true },
        b: { http_status_code: '500', message: expect.stringMatching(/^input: /) },
        c: { http_status_code: '500', code: 'invalid_parameter' },
      },
    ]);
  });

  test('is undefined throughout under an unknown path, and refused without inputs', async () => {
    expect((await batch('nowhere', { a: ask('knock') })).body).toEqual({ responses: { a: {} } });
    expect((await batch('app/allow', undefined)).status).toBe(400);
    expect((await batch('app/allow', [])).status).toBe(400);
    const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [at, {}]));
    expect((await batch('app/allow', many)).status).toBe(400);
  });
});
