import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { DANA } from './acme.fake.js';
import { startBroker, type TestBroker } from './decide.fake.js';

jest.setTimeout(60_000);

const knock = { action: { name: 'knock' } };
const read = { action: { name: 'read' } };
const door = { type: 'door', id: '1' };

describe('POST /access/v1/evaluations', () => {
  let broker: TestBroker;
  beforeEach(async () => {
    broker = await startBroker();
  });
  const ask = (body: object) => broker.post('/access/v1/evaluations', body);
  const decisions = async (body: object) =>
    ((await ask(body)).body['evaluations'] as { decision: boolean }[]).map((one) => one.decision);
  const entries = () => broker.log.entries('acme') as DecisionEntry[];

  test.each([
    ['execute_all', [false, true, false, true]],
    ['deny_on_first_deny', [false]],
    ['permit_on_first_permit', [false, true]],
  ])('%s answers %j, in the order of the items', async (evaluations_semantic, expected) => {
    const evaluations = [read, knock, read, knock];
    const body = { subject: DANA, resource: door, evaluations, options: { evaluations_semantic } };
    expect(await decisions(body)).toEqual(expected);
    expect(entries()).toHaveLength(expected.length);
  });

  test('answers every item of a default, and an error of one item as a deny of that item', async () => {
    const { status, body } = await ask({
      subject: DANA,
      action: knock.action,
      resource: {},
      evaluations: [{ resource: door }, {}, { resource: { type: 'door' } }, 7, { resource: door }],
    });
    expect(status).toBe(200);
    expect(body['evaluations']).toEqual([
      { decision: true },
      {
        decision: false,
        context: { error: { status: 400, message: 'resource.type: is required' } },
      },
      { decision: false, context: { error: { status: 400, message: 'resource.id: is required' } } },
      {
        decision: false,
        context: { error: { status: 400, message: 'the item must be an object' } },
      },
      { decision: true },
    ]);
    expect(entries()[1]).toMatchObject({ decision: false, reasons: ['request-invalid'] });
  });

  test('writes one entry per item under the id that the header carries', async () => {
    const { headers } = await ask({ subject: DANA, resource: door, evaluations: [knock, read] });
    const batchId = String(headers['x-decision-id']);
    expect(entries().map(({ id }) => id)).toEqual([`${batchId}.0`, `${batchId}.1`]);
  });

  test('takes only a missing type, id or name from the default, never properties', async () => {
    await ask({
      subject: { ...DANA, properties: { a: 1 } },
      action: { name: 'knock', properties: { b: 2 } },
      resource: { type: 'door', id: '9', properties: { c: 3 } },
      context: { d: 4 },
      evaluations: [{ subject: { id: 'x' }, action: {}, resource: { id: '1' }, context: {} }],
    });
    expect(entries()[0]?.request).toEqual({
      subject: { type: 'user', id: 'x' },
      action: { name: 'knock' },
      resource: { type: 'door', id: '1' },
      context: {},
    });
  });

  test.each([{}, { evaluations: [] }, { evaluations: null }])(
    'without items (%j) is a single evaluation',
    async (extra) => {
      const { body } = await ask({ subject: DANA, ...knock, resource: door, ...extra });
      expect(body).toEqual({ decision: true });
    },
  );

  test('verifies a token that all items carry once', async () => {
    const context = { subject_token: await broker.subjectToken() };
    const items = Array.from({ length: 20 }, () => knock);
    expect(await decisions({ resource: door, context, evaluations: items })).toEqual(
      items.map(() => true),
    );
    expect(entries()[19]).toMatchObject({ subject: DANA, facts: { authn: { verified: true } } });
    expect(JSON.stringify(entries())).not.toContain(context.subject_token);
  });

  test('answers a thousand items', async () => {
    const evaluations = Array.from({ length: 1_000 }, (_, index) => ({
      resource: { type: 'door', id: String(index) },
    }));
    expect(await decisions({ subject: DANA, ...knock, evaluations })).toHaveLength(1_000);
  });
});
