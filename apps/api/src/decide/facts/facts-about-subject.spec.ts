import { describe, expect, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { acme, DANA, NOW_MS } from '../acme.fake.js';
import { startBroker } from '../decide.fake.js';

const OMAR = { type: 'user', id: 'omar@acme.example' };
const from = (context: object, subject = DANA) => ({
  subject,
  action: { name: 'read' },
  resource: { type: 'database', id: 'prod' },
  context: { ip: '193.99.144.80', device_id: 'dana-laptop', ...context },
});

/** The facts of each question, all of them asked in the same millisecond; `between` happens after the first. */
async function factsOf(questions: object[], between: (broker: Broker) => void = () => undefined) {
  const broker = await startBroker(acme());
  for (const [index, question] of questions.entries()) {
    await broker.post('/access/v1/evaluation', question);
    if (index === 0) between(broker);
  }
  return (broker.log.entries('acme') as DecisionEntry[]).map(({ facts }) => facts);
}

type Broker = Awaited<ReturnType<typeof startBroker>>;

describe('what is known of a subject at one moment', () => {
  test('is the same for the same question', async () => {
    const [first, second] = await factsOf([from({}), from({})]);
    expect(second).toEqual(first);
  });

  test.each([
    ['another subject', from({}, OMAR), { missing: ['device-owner-mismatch'] }],
    ['another device', from({ device_id: 'x' }), { missing: ['device-unknown'] }],
    ['another address', from({ ip: '8.8.8.8' }), { network: { country: 'US' } }],
    ['no address', from({ ip: 'none' }), { missing: ['country-unknown'] }],
  ])('is found anew for %s', async (_, other, expected) => {
    const [, second] = await factsOf([from({}), other]);
    expect(second).toMatchObject(expected);
  });

  test('is found anew when a register changed', async () => {
    const [first, second] = await factsOf([from({}), from({})], ({ facts }) => {
      facts.put('acme', { kind: 'device', key: ['dana-laptop'] });
    });
    expect(first?.device).toMatchObject({ id: 'dana-laptop' });
    expect(second?.device).toBeUndefined();
  });

  test('is found anew when the subject was seen elsewhere', async () => {
    const elsewhere = from({ ip: '8.8.8.8' });
    const [first, second] = await factsOf([from({ ip: 'none' }), elsewhere], ({ facts }) => {
      facts.recordPlace('acme', DANA, { country: 'DE', atMs: NOW_MS - 60_000 });
    });
    expect(first?.risk?.reasons).not.toContain('impossible-travel');
    expect(second?.risk?.reasons).toContain('impossible-travel');
  });

  test('grows stale with the feed', async () => {
    const [first, second] = await factsOf([from({}), from({})], ({ facts }) => {
      facts.ageMs = 60_000;
    });
    expect(first?.missing).not.toContain('feed-stale');
    expect(second?.missing).toContain('feed-stale');
  });
});
