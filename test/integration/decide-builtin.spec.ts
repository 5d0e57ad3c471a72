import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';

jest.setTimeout(60_000);

const GERMANY = '84.128.0.1';
const UNITED_STATES = '8.8.8.8';

/** The composed broker with its built-in identity provider: tokens are real, keys are found by discovery. */
describe('a subject proved by the built-in identity provider', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
  });
  afterAll(() => broker.close());

  const token = (email = 'dana@acme.example') =>
    broker.client.idToken(email, broker.person(email).password, 'dana-laptop');
  const ask = async (subject_token: string, ip: string, extra: object = {}) =>
    broker.client.ok<{ decision: boolean; context: { reasons: { code: string }[] } }>(
      'POST',
      '/access/v1/evaluation',
      {
        key: broker.pepKeys.acme,
        json: {
          action: { name: 'read' },
          resource: { type: 'database', id: 'prod' },
          context: { subject_token, ip },
          options: { explain: true },
          ...extra,
        },
      },
    );
  const codes = (answer: Awaited<ReturnType<typeof ask>>) =>
    answer.context.reasons.map(({ code }) => code);

  test('is denied for want of a grant alone: who, device and country are known', async () => {
    const answer = await ask(await token(), GERMANY);
    expect(answer.decision).toBe(false);
    expect(codes(answer)).toEqual(['no-matching-policy', 'grant-missing']);
  });

  test('with the laptop of somebody else is told so', async () => {
    const answer = await ask(await token('omar@acme.example'), GERMANY);
    expect(codes(answer)).toContain('device-owner-mismatch');
  });

  test('cannot be on another continent minutes later', async () => {
    const answer = await ask(await token(), UNITED_STATES);
    expect(codes(answer)).toContain('impossible-travel');
  });
});
