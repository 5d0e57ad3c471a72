import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { acme, DANA, KEY } from '../acme.fake.js';
import { startBroker, type TestBroker } from '../decide.fake.js';
import { SignalHub } from './signal-hub.js';
import { SignalsRoutes } from './signals.routes.js';

jest.setTimeout(60_000);

interface Heard {
  readonly event: string;
  readonly id: number;
  readonly data: Record<string, unknown>;
}

interface Stream {
  readonly status: number | undefined;
  readonly events: readonly Heard[];
  isOver(): boolean;
  close(): void;
}

describe('GET /v1/signals', () => {
  let broker: TestBroker;
  let hub: SignalHub;
  const streams: Stream[] = [];
  beforeEach(async () => {
    broker = await startBroker(
      acme({
        peps: [
          ...acme().peps,
          { ...acme().peps[0], name: 'other', key: 'other-gateway-key' } as never,
        ],
      }),
    );
    hub = new SignalHub(
      broker.facts,
      { maxFeedAgeMs: 5_000 },
      { maxStreams: 3, maxStreamsPerPep: 2, rememberMs: 60_000 },
    );
    new SignalsRoutes(hub).register(broker.server);
    await broker.server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    await broker.server.close();
  });

  const open = async (headers: Record<string, string> = {}, key = KEY): Promise<Stream> => {
    const { port } = broker.server.server.address() as AddressInfo;
    const options = {
      port,
      host: '127.0.0.1',
      path: '/v1/signals',
      headers: { authorization: `Bearer ${key}`, ...headers },
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(options, resolve).on('error', reject);
    });
    const events: Heard[] = [];
    let isOver = false;
    let rest = '';
    response.on('error', () => undefined).on('close', () => (isOver = true));
    response.on('data', (chunk: Buffer) => {
      const parts = `${rest}${String(chunk)}`.split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) events.push(heard(part));
    });
    const stream = {
      status: response.statusCode,
      events,
      isOver: () => isOver,
      close: () => void response.destroy(),
    };
    streams.push(stream);
    await sleep(20);
    return stream;
  };
  const version = () => broker.facts.tenant('acme')?.version;
  const changes = ({ events }: Stream) =>
    events.filter(({ event }) => event === 'change').map(({ data }) => data);

  test('begins with a reset, and tells what changes by kind and name alone', async () => {
    const stream = await open();
    expect(stream.events).toEqual([{ event: 'reset', id: version(), data: {} }]);
    broker.facts.put('acme', { kind: 'grant', key: ['g1'] });
    broker.facts.put('acme', { kind: 'device', key: ['dana-laptop'] });
    broker.facts.put('acme', { kind: 'consent', key: ['c42'] });
    broker.facts.put('acme', { kind: 'entity', key: ['user', DANA.id] });
    broker.facts.put('acme', { kind: 'place', key: [JSON.stringify(['user', DANA.id])] });
    await sleep(50);
    expect(changes(stream)).toEqual([
      { kind: 'grant', id: 'g1' },
      { kind: 'device', id: 'dana-laptop' },
      { kind: 'consent', id: 'c42' },
      { kind: 'entity', type: 'user', id: DANA.id },
      { kind: 'subject', type: 'user', id: DANA.id },
    ]);
    expect(stream.events.at(-1)?.id).toBe(version());
  });

  test('tells nothing of other tenants, nor of what no decision follows', async () => {
    const stream = await open();
    broker.facts.add(acme({ settings: { ...acme().settings, name: 'other' }, peps: [] }));
    broker.facts.put('other', { kind: 'grant', key: ['g9'] });
    broker.facts.put('acme', { kind: 'api-token', key: ['t1'] });
    await sleep(50);
    expect(changes(stream)).toEqual([]);
  });

  test('goes on after the last event that was seen, else says to forget everything', async () => {
    const first = await open();
    broker.facts.put('acme', { kind: 'grant', key: ['g1'] });
    await sleep(50);
    const seen = first.events.at(-1)?.id;
    first.close();
    broker.facts.put('acme', { kind: 'grant', key: ['g2'] });
    await sleep(50);
    const second = await open({ 'last-event-id': String(seen) });
    expect(second.events[0]?.event).toBe('ready');
    expect(changes(second)).toEqual([
      { kind: 'grant', id: 'g1' },
      { kind: 'grant', id: 'g2' },
    ]);
    second.close();
    for (const unknown of ['0', '-1', 'x', '1e9']) {
      const stream = await open({ 'last-event-id': unknown });
      expect([unknown, stream.events.map(({ event }) => event)]).toEqual([unknown, ['reset']]);
      stream.close();
      await sleep(20);
    }
  });

  test('makes a reset of more changes than are worth telling', async () => {
    const stream = await open();
    for (let at = 0; at < 500; at += 1)
      broker.facts.put('acme', { kind: 'grant', key: [`g${at}`] });
    await sleep(50);
    expect(stream.events.map(({ event }) => event)).toEqual(['reset', 'reset']);
  });

  test('ends when the credential may have gone, and tells nobody of other enforcement points', async () => {
    const own = await open();
    const other = await open({}, 'other-gateway-key');
    broker.facts.put('acme', { kind: 'pep', key: ['other'] });
    await sleep(50);
    expect([changes(own), own.isOver()]).toEqual([[], false]);
    expect([changes(other), other.isOver()]).toEqual([[{ kind: 'pep', id: 'other' }], true]);
    await expect(open({}, 'other-gateway-key')).resolves.toMatchObject({ status: 401 });
  });

  test('says now and then that nothing was missed, as long as that is known', async () => {
    const stream = await open();
    hub.beat();
    broker.facts.ageMs = 5_001;
    hub.beat();
    await sleep(50);
    expect(stream.events.map(({ event }) => event)).toEqual(['reset', 'heartbeat']);
  });

  test('has room for so many and no more, for one enforcement point and for all', async () => {
    const first = await open();
    await open();
    expect((await open()).status).toBe(503);
    await open({}, 'other-gateway-key');
    expect((await open({}, 'other-gateway-key')).status).toBe(503);
    first.close();
    await sleep(50);
    expect((await open()).status).toBe(200);
  });

  test('cuts whoever does not read', async () => {
    const stream = hub.open({ tenantId: 'acme', name: 'gateway' } as never, undefined);
    for (let at = 0; at < 3_000 && !stream.destroyed; at += 1) {
      broker.facts.put('acme', { kind: 'grant', key: [`${'g'.repeat(50)}${at}`] });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(stream.destroyed).toBe(true);
  });

  test('is for enforcement points, and over when the broker stops', async () => {
    expect((await open({}, 'nobody-has-this-key')).status).toBe(401);
    const stream = await open();
    await broker.server.close();
    await sleep(50);
    expect(stream.isOver()).toBe(true);
  });
});

function heard(text: string): Heard {
  const fields = Object.fromEntries(
    text
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const data = JSON.parse(fields['data'] ?? '{}') as Record<string, unknown>;
  return { event: fields['event'] ?? '', id: Number(fields['id']), data };
}
