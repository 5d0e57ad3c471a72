import { describe, expect, test } from '@jest/globals';
import type { PepLimits } from '@sallyport/contracts';
import { DANA, KEY } from '../acme.fake.js';
import type { TestBroker } from '../decide.fake.js';
import { startOpaBroker } from '../opa/opa.fake.js';
import { PepLimiter } from './pep-limiter.js';

const question = { subject: DANA, action: { name: 'knock' }, resource: { type: 'door', id: '1' } };
/** Two at once, and the next in more than a minute: no test waits for it. */
const TWO: PepLimits = { perSecond: 0.01, burst: 2 };

const limited = (limits: PepLimits) => startOpaBroker({ limits });
const spend = async (broker: TestBroker) => {
  for (let n = 0; n < 2; n += 1) {
    expect((await broker.post('/access/v1/evaluation', question)).status).toBe(200);
  }
};

describe('an enforcement point that asks too often', () => {
  test.each([
    ['/access/v1/evaluation', question],
    ['/access/v1/evaluations', { ...question, evaluations: [{}] }],
    ['/v1/data/app/allow', { input: question }],
    ['/v0/data/app/allow', question],
    ['/v1/batch/data/app/allow', { inputs: {} }],
    ['/oauth2/token', new URLSearchParams()],
    ['/oauth2/introspect', new URLSearchParams()],
  ])('is told at %s when it may ask again', async (path, body) => {
    const broker = await limited(TWO);
    await spend(broker);
    const answer = await broker.post(path, body);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50);
    expect(answer.body).toMatchObject({
      reason: 'rate-limited',
      message: expect.stringContaining('limits.perSecond'),
    });
  });

  test('is forbidden by forward-auth, whose gateways know no 429', async () => {
    const broker = await limited(TWO);
    await spend(broker);
    const headers = {
      'x-sallyport-key': KEY,
      authorization: `Bearer ${await broker.subjectToken()}`,
      'x-original-method': 'GET',
      'x-original-uri': '/doors/1',
    };
    const answer = await broker.server.inject({ url: '/forward-auth', headers });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['x-sallyport-reason']).toBe('rate-limited');
    const nobody = { ...headers, 'x-sallyport-key': 'nobody' };
    const stranger = await broker.server.inject({ url: '/forward-auth', headers: nobody });
    expect(stranger.statusCode).toBe(401);
  });

  test('leaves one entry in the log for all that was turned away, and no decision', async () => {
    const broker = await limited(TWO);
    await spend(broker);
    const before = broker.log.entries('acme').length;
    for (let n = 0; n < 5; n += 1) await broker.post('/access/v1/evaluation', question);
    expect(broker.log.entries('acme')).toHaveLength(before);
    expect(broker.limiter.refused).toBe(5);
    await broker.limiter.stop();
    expect(broker.log.entries('acme').slice(before)).toMatchObject([
      { type: 'pep.rate-limited', actor: 'pep:gateway', detail: { refused: 5, perSecond: 0.01 } },
    ]);
    await broker.limiter.stop();
    expect(broker.log.entries('acme')).toHaveLength(before + 1);
  });

  test('is looked at after it is known: a stranger spends nothing', async () => {
    const broker = await limited(TWO);
    for (let n = 0; n < 5; n += 1) {
      const stranger = { authorization: 'Bearer nobody' };
      expect((await broker.post('/access/v1/evaluation', question, stranger)).status).toBe(401);
    }
    await spend(broker);
  });
});

test('an enforcement point that declares no limit has the default one, which is none', async () => {
  const broker = await startOpaBroker();
  for (let n = 0; n < 50; n += 1) {
    expect((await broker.post('/access/v1/evaluation', question)).status).toBe(200);
  }
  const pep = broker.facts.pepByKey(KEY);
  if (!pep) throw new Error('nobody has the key');
  const services = {
    auditLog: broker.log,
    clock: { nowMs: () => 0 },
    faults: { report: () => undefined },
  };
  const limiter = new PepLimiter(services, { perSecond: 1 });
  limiter.admit(pep, 0);
  expect(() => limiter.admit(pep, 100)).toThrow('1 times in a second');
  limiter.admit(pep, 1_000);
  limiter.admit({ ...pep, limits: { burst: 2 } }, 1_000);
  await limiter.stop();
});

describe('the size of what an enforcement point sends', () => {
  test('is refused beyond its limit, which is named', async () => {
    const broker = await limited({ maxBodyBytes: 200 });
    expect((await broker.post('/access/v1/evaluation', question)).status).toBe(200);
    const large = { ...question, context: { note: 'x'.repeat(200) } };
    for (const [path, body] of [
      ['/access/v1/evaluation', large],
      ['/access/v1/evaluations', large],
      ['/v1/data/app/allow', { input: large }],
      ['/oauth2/token', new URLSearchParams({ note: 'x'.repeat(200) })],
    ] as const) {
      const answer = await broker.post(path, body);
      expect([path, answer.status]).toEqual([path, 413]);
      expect(answer.body).toMatchObject({
        reason: 'body-too-large',
        message: expect.stringContaining('200 (limits.maxBodyBytes)'),
      });
    }
  });

  test('is bounded in questions too', async () => {
    const broker = await limited({ maxBatch: 2 });
    const evaluations = (count: number) => ({
      ...question,
      evaluations: Array.from({ length: count }, () => ({})),
    });
    expect((await broker.post('/access/v1/evaluations', evaluations(2))).status).toBe(200);
    const refused = await broker.post('/access/v1/evaluations', evaluations(3));
    expect([refused.status, refused.body]).toMatchObject([400, { field: 'evaluations' }]);
    const inputs = { a: question, b: question, c: question };
    const batch = await broker.post('/v1/batch/data/app/allow', { inputs });
    expect([batch.status, batch.body['field']]).toEqual([400, 'inputs']);
  });
});
