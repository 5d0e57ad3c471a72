import { describe, expect, test } from '@jest/globals';
import { NotResident } from '@sallyport/policy';
import { acme, DANA } from './acme.fake.js';
import { startBroker, type TestBroker } from './decide.fake.js';

const question = {
  subject: DANA,
  action: { name: 'read' },
  resource: { type: 'record', id: '42' },
  context: { ip: '193.99.144.80', device_id: 'dana-laptop', purpose: 'TREAT' },
};

/** The broker, where Dana's device is not in memory until `bring` brought it. */
async function startWithout(
  bring: (arrive: () => void) => Promise<void>,
  limits?: { readonly deadlineMs: number },
): Promise<TestBroker> {
  const broker = await startBroker(acme(), limits);
  const tenant = broker.facts.tenant('acme');
  if (!tenant) throw new Error('the tenant is missing');
  const device = tenant.device.bind(tenant);
  let isThere = false;
  Object.assign(tenant, {
    device: (id: string) => {
      if (isThere) return device(id);
      throw new NotResident(() => bring(() => (isThere = true)));
    },
  });
  return broker;
}

describe('a decision on a fact that is not in memory', () => {
  test('waits until it is, and says the same as if it had been', async () => {
    const whole = await startBroker(acme());
    const part = await startWithout((arrive) => Promise.resolve().then(arrive));
    const answers = await Promise.all(
      [whole, part].map((broker) => broker.post('/access/v1/evaluation', question)),
    );
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect(answers[1]?.body).toMatchObject({ decision: true });
    const [expected, recorded] = [whole, part].map(({ log }) => log.entries('acme'));
    expect(recorded).toHaveLength(1);
    expect(recorded?.[0]).toMatchObject({
      facts: { ...(expected?.[0] as { facts: object }).facts },
    });
    expect(part.faults).toEqual([]);
  });

  test('in a batch, holds up its own item alone, and every item is recorded', async () => {
    const broker = await startWithout((arrive) => Promise.resolve().then(arrive));
    const { body } = await broker.post('/access/v1/evaluations', {
      ...question,
      evaluations: [{}, { action: { name: 'knock' } }, {}],
    });
    expect(body['evaluations']).toMatchObject([
      { decision: true },
      { decision: true },
      { decision: true },
    ]);
    expect(broker.log.entries('acme')).toHaveLength(3);
  });

  test('is a recorded deny where it cannot be had', async () => {
    const broker = await startWithout(() => Promise.reject(new Error('no database')));
    const { body } = await broker.post('/access/v1/evaluation', question);
    expect(body).toEqual({ decision: false });
    expect(broker.log.entries('acme')).toMatchObject([{ reasons: ['broker-error'] }]);
    expect(broker.faults).toMatchObject([{ event: 'decision-step-failed' }]);
  });

  test('is a recorded deny where it does not come in time', async () => {
    const broker = await startWithout(() => new Promise(() => undefined), { deadlineMs: 50 });
    const { body } = await broker.post('/access/v1/evaluation', question);
    expect(body).toEqual({ decision: false });
    expect(broker.log.entries('acme')).toMatchObject([{ reasons: ['deadline-exceeded'] }]);
  });

  test('asked by ourselves, is waited for as well', async () => {
    const broker = await startWithout((arrive) => Promise.resolve().then(arrive));
    const asked = {
      tenantId: 'acme',
      subject: DANA,
      action: { name: 'read' },
      resource: { type: 'record', id: '42' },
      deviceId: 'dana-laptop',
      purpose: 'TREAT',
    };
    await expect(broker.decide.preview(asked)).resolves.toMatchObject({ permitted: true });
    expect(broker.log.entries('acme')).toEqual([]);
  });
});
