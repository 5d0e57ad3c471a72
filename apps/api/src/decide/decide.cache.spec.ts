import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { acme, DANA, NOW_MS } from './acme.fake.js';
import { startBroker, type TestBroker } from './decide.fake.js';

jest.setTimeout(60_000);

const record = {
  subject: DANA,
  action: { name: 'read' },
  resource: { type: 'record', id: '42' },
  context: { ip: '193.99.144.80', device_id: 'dana-laptop', purpose: 'TREAT' },
};
const database = { ...record, resource: { type: 'database', id: 'prod' } };

/** How long an enforcement point may keep what it was told. */
describe('an answer may be kept', () => {
  let broker: TestBroker;
  const begin = async (changes: object = {}, definition: Parameters<typeof acme>[0] = {}) => {
    const base = acme(definition);
    const peps = base.peps.map((pep) => ({ ...pep, cacheSeconds: 300, ...changes }));
    broker = await startBroker({ ...base, peps });
  };
  beforeEach(() => begin());

  const hint = async (body: object, path = '/access/v1/evaluation') => {
    const { headers, body: answer } = await broker.post(path, body);
    return { answer, age: headers['cache-control'], version: headers['x-sallyport-facts-version'] };
  };
  const age = async (body: object) => (await hint(body)).age;
  const grant = (id: string, startsAtMs: number, endsAtMs: number) =>
    broker.facts.put('acme', {
      kind: 'grant',
      key: [id],
      value: {
        subject: DANA,
        grant: {
          id,
          requestId: 'r1',
          subjectId: DANA.id,
          role: { type: 'role', id: 'prod-db-reader' },
          startsAtMs,
          endsAtMs,
          state: 'active',
          version: 1,
        },
      },
    });

  test('not at all where nothing was said', async () => {
    await begin({ cacheSeconds: undefined });
    expect(await hint(database)).toEqual({
      answer: { decision: false },
      age: 'private, max-age=0',
      version: undefined,
    });
  });

  test('as long as was said where nothing ends before, and no longer', async () => {
    await begin({ cacheSeconds: 7 });
    broker.nowMs += 250;
    grant('g1', NOW_MS - 1, NOW_MS + 60_000);
    const { age, version, answer } = await hint(database);
    expect([answer, age]).toEqual([{ decision: true }, 'private, max-age=7']);
    expect(version).toBe(String(broker.facts.tenant('acme')?.version));
  });

  test('until a grant ends, in whole seconds that are over before it', async () => {
    grant('g1', NOW_MS - 1, NOW_MS + 60_000);
    expect(await age(database)).toBe('private, max-age=59');
    broker.nowMs += 58_400;
    expect(await age(database)).toBe('private, max-age=1');
    broker.nowMs += 600;
    expect(await age(database)).toBe('private, max-age=0');
  });

  test('until another grant begins', async () => {
    expect(await age(database)).toBe('private, max-age=300');
    grant('later', NOW_MS + 30_000, NOW_MS + 90_000);
    expect(await age(database)).toBe('private, max-age=30');
  });

  test('until the consent ends', async () => {
    const { answer, age } = await hint(record);
    expect([answer['decision'], age]).toEqual([true, 'private, max-age=120']);
  });

  test('in a batch as long as the first of its answers', async () => {
    const { answer, age } = await hint(
      { evaluations: [database, record] },
      '/access/v1/evaluations',
    );
    expect(answer['evaluations']).toHaveLength(2);
    expect(age).toBe('private, max-age=120');
    const broken = { evaluations: [database, {}] };
    expect((await hint(broken, '/access/v1/evaluations')).age).toBe('private, max-age=0');
  });

  test('not where a policy looks at the clock', async () => {
    const main = acme().policies.files['policies/main.cedar'] ?? '';
    for (const text of [
      '@id("t") forbid (principal, action, resource) when { context.now < datetime("2020-01-01") };',
      '@id("t") forbid (principal, action, resource) when { context has now && false };',
      '@id("t") forbid (principal, action, resource) when { context == resource };',
    ]) {
      await begin(
        {},
        { policies: { files: { 'policies/main.cedar': main, 'policies/t.cedar': text } } },
      );
      const { age } = await hint(database);
      expect([text, age]).toEqual([text, 'private, max-age=0']);
    }
  });

  test('not where the facts are stale, the answer is not what was judged, or a token came with it', async () => {
    broker.facts.ageMs = 5_001;
    expect(await age(database)).toBe('private, max-age=0');
    for (const mode of ['warn', 'monitor'] as const) {
      await begin({ mode });
      const { answer, age } = await hint(database);
      expect([answer['decision'], age]).toEqual([true, 'private, max-age=0']);
    }
    await begin();
    const { answer, age: kept } = await hint({
      ...record,
      options: { token: { audience: 'prod-db' } },
    });
    expect(answer).toMatchObject({ decision: true, context: { token: {} } });
    expect(kept).toBe('private, max-age=0');
  });
});
