import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { drainConnections } from './drain-connections.js';

const QUIET_MS = 300;

describe('a server that drains', () => {
  let server: Server;
  let agent: Agent;
  beforeEach(async () => {
    server = createServer((_request, response) => void sleep(20).then(() => response.end('ok')));
    server.listen(0, '127.0.0.1');
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await once(server, 'listening');
  });
  afterEach(() => {
    agent.destroy();
    server.closeAllConnections();
  });

  /** What a client sees that keeps its one connection: the `connection` header of the answer, or the error's code. */
  function ask(): Promise<string> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve) => {
      const sent = request({ agent, host: '127.0.0.1', port }, (answer) => {
        answer.resume().on('end', () => resolve(String(answer.headers.connection)));
      });
      sent.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
      sent.end();
    });
  }

  test('answers whoever asks again, and ends that connection with the answer', async () => {
    const { port } = server.address() as AddressInfo;
    server.address = () => ({ port, address: '127.0.0.1', family: 'IPv4' });
    expect(await ask()).toBe('keep-alive');
    const atMs = performance.now();
    const drained = drainConnections(server, QUIET_MS);
    await sleep(50);
    expect(await ask()).toBe('close');
    await drained;
    expect(performance.now() - atMs).toBeLessThan(QUIET_MS);
    expect(await ask()).toBe('ECONNREFUSED');
  });

  test('answers a request that was on its way', async () => {
    const asked = ask();
    await once(server, 'request');
    await drainConnections(server, QUIET_MS);
    expect(await asked).toBe('keep-alive');
  });

  test('closes a connection that stays quiet, in the end', async () => {
    await ask();
    const atMs = performance.now();
    await drainConnections(server, QUIET_MS);
    expect(performance.now() - atMs).toBeGreaterThanOrEqual(QUIET_MS - 1);
    await sleep(50);
    const left = await new Promise((resolve) =>
      server.getConnections((_error, count) => resolve(count)),
    );
    expect(left).toBe(0);
  });
});
