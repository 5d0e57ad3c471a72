import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freePort } from '../../tools/embedded-postgres.mjs';
import { type RunningBroker, startBroker } from '../support/broker.js';
import { EnvoyClient, type EnvoyReply } from '../support/envoy-client.js';
import { eventually } from './rounds.js';

jest.setTimeout(600_000);

const EXCHANGE_MS = 300_000;
/** As many as the worker threads of an Envoy: each keeps one connection. */
const CONNECTIONS = 6;

describe('the gRPC door of several processes', () => {
  let broker: RunningBroker;
  let port: number;
  let clients: readonly EnvoyClient[];
  beforeAll(async () => {
    port = await freePort();
    const env = { SALLYPORT_WORKERS: '2', SALLYPORT_GRPC_PORT: String(port) };
    broker = await startBroker({ env });
    clients = Array.from({ length: CONNECTIONS }, () => connection(port));
  });
  afterAll(async () => {
    for (const client of clients ?? []) client.close();
    await broker?.discard();
  });

  const ask = (client: EnvoyClient) =>
    client.check(
      { attributes: { request: { http: { method: 'GET', path: '/db' } } } },
      { metadata: { 'x-sallyport-key': broker.pepKey } },
    );

  it('is on one port: every connection is answered by a process that has the facts', async () => {
    const replies = await Promise.all(clients.map(ask));
    for (const reply of replies) expectDecision(reply);
    expect(new Set(replies.map(({ headers }) => headers['x-decision-id'])).size).toBe(CONNECTIONS);
  });

  it('loses no check while all processes are exchanged', async () => {
    const before = broker.described().pids;
    const replies: EnvoyReply[] = [];
    let stopped = false;
    const load = clients.map(async (client) => {
      while (!stopped) {
        replies.push(await ask(client));
        await sleep(50);
      }
    });
    process.kill(before['api'] ?? 0, 'SIGHUP');
    for (const name of ['decide-1', 'decide-2'])
      await eventually(
        `${name} was exchanged`,
        () => Promise.resolve(![undefined, before[name]].includes(broker.described().pids[name])),
        EXCHANGE_MS,
      );
    // The last of the old ones lets its clients go.
    await sleep(8_000);
    stopped = true;
    await Promise.all(load);
    for (const reply of replies) expectDecision(reply);
    expect(replies.length).toBeGreaterThan(100);
  });
});

/** Whether a grant is there or not: a check that was answered has its decision. */
function expectDecision(reply: EnvoyReply): void {
  expect(reply).toMatchObject({ code: 16, http: 401, reason: 'subject-token-missing' });
  expect(reply.headers['x-decision-id']).toMatch(/^[0-9a-f-]{36}$/);
}

/** A connection of its own: clients of one process would share one. */
function connection(port: number): EnvoyClient {
  return new EnvoyClient(port, undefined, { 'grpc.use_local_subchannel_pool': 1 });
}
