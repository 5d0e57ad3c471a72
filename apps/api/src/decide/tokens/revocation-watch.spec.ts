import { describe, expect, jest, test } from '@jest/globals';
import type { TokenEntry } from '@sallyport/contracts';
import { DANA, NOW_MS } from '../acme.fake.js';
import { startBroker, type TestBroker } from '../decide.fake.js';
import { DOOR, entriesOf, exchange, grant } from './oauth.fake.js';

jest.setTimeout(60_000);

const started = async () => {
  const broker = await startBroker();
  broker.watch.start(broker.revoker);
  return broker;
};
const revoked = (broker: TestBroker) => entriesOf<TokenEntry>(broker, 'token.revoked');

describe('live tokens', () => {
  test('fall with the device, and only those that rest on it', async () => {
    const broker = await started();
    grant(broker, NOW_MS + 90_000);
    await exchange(broker);
    await exchange(broker, DOOR);
    broker.facts.put('acme', { kind: 'device', key: ['dana-laptop'] });
    await broker.watch.settled();
    expect(revoked(broker)).toMatchObject([{ grants: ['g1'], reason: 'device-unknown' }]);
    await broker.watch.stop();
  });

  test('fall when their subject shows up where it cannot be', async () => {
    const broker = await started();
    await exchange(broker, DOOR);
    broker.nowMs += 120_000;
    await broker.post('/access/v1/evaluation', {
      subject: DANA,
      action: { name: 'anything' },
      resource: { type: 'x', id: '1' },
      context: { ip: '8.8.8.8' },
    });
    await broker.watch.settled();
    expect(revoked(broker)).toMatchObject([{ subject: DANA, reason: 'impossible-travel' }]);
    await broker.watch.stop();
  });

  test('fall with their grant, with the reason that its end had', async () => {
    const broker = await started();
    grant(broker, NOW_MS + 90_000);
    await exchange(broker);
    await exchange(broker, DOOR);
    expect(await broker.revoker.revokeForGrant('acme', 'g1', 'grant-ended')).toBe(1);
    expect(await broker.revoker.revokeForGrant('acme', 'g1', 'grant-ended')).toBe(0);
    expect(revoked(broker)).toMatchObject([{ grants: ['g1'], reason: 'grant-ended' }]);
    await broker.watch.stop();
  });

  test('fall even when a fact turned bad while they were being issued', async () => {
    const broker = await started();
    grant(broker, NOW_MS + 90_000);
    const issue = broker.tokens.issue.bind(broker.tokens);
    broker.tokens.issue = async (...issued) => {
      broker.facts.put('acme', { kind: 'device', key: ['dana-laptop'] });
      await broker.watch.settled();
      await issue(...issued);
    };
    expect((await exchange(broker)).status).toBe(200);
    await broker.watch.settled();
    expect(revoked(broker)).toMatchObject([{ grants: ['g1'], reason: 'device-unknown' }]);
    await broker.watch.stop();
  });

  test('that a change does not touch stay', async () => {
    const broker = await started();
    await exchange(broker, DOOR);
    broker.facts.put('acme', { kind: 'entity', key: ['user', 'omar'] });
    grant(broker, NOW_MS + 90_000);
    await broker.watch.settled();
    expect(revoked(broker)).toEqual([]);
    await broker.watch.stop();
  });

  test('are checked again when the first check failed', async () => {
    const broker = await started();
    grant(broker, NOW_MS + 90_000);
    await exchange(broker);
    broker.log.failWith(new Error('disk'));
    broker.facts.put('acme', { kind: 'device', key: ['dana-laptop'] });
    await broker.watch.settled();
    expect(broker.faults).toMatchObject([{ event: 'token-recheck-failed' }]);
    broker.log.failWith();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await broker.watch.settled();
    expect(revoked(broker)).toHaveLength(1);
    await broker.watch.stop();
  });

  test('are all checked at the start: facts may have changed while nobody watched', async () => {
    const broker = await startBroker();
    grant(broker, NOW_MS + 90_000);
    await exchange(broker);
    broker.facts.put('acme', { kind: 'device', key: ['dana-laptop'] });
    broker.watch.start(broker.revoker);
    await broker.watch.settled();
    expect(revoked(broker)).toHaveLength(1);
    await broker.watch.stop();
  });

  test('in hundreds are all checked', async () => {
    const broker = await started();
    for (let count = 0; count < 250; count += 1) await exchange(broker, DOOR);
    broker.facts.put('acme', { kind: 'policy', key: ['fake'] });
    await broker.watch.settled();
    expect(revoked(broker)).toHaveLength(250);
    await broker.watch.stop();
  });
});
