import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAtRate, startAtRate } from '../bench/support/open-loop.mjs';

let directory: string;
let server: Server;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-load-'));
  writeFileSync(join(directory, 'bodies'), '{"n":1}\n{"n":2}\n');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
  server.closeAllConnections();
  server.close();
});

async function loadOn(listener: RequestListener, load: { rate: number; seconds: number }) {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/asked`;
  return { ...load, url, bodies: join(directory, 'bodies'), token: 'a-key', connections: 4 };
}

describe('the load at a constant rate', () => {
  it('sends the bodies in turn to the path, with the key', async () => {
    const seen: string[] = [];
    const load = await loadOn(
      (request, response) => {
        request.on('data', (body: Buffer) =>
          seen.push(`${request.url} ${request.headers.authorization} ${body.toString()}`),
        );
        request.on('end', () => response.end('{}'));
      },
      { rate: 100, seconds: 0.03 },
    );
    expect(await runAtRate(load)).toMatchObject({ failures: 0 });
    expect(seen.sort()).toEqual([
      '/asked Bearer a-key {"n":1}',
      '/asked Bearer a-key {"n":1}',
      '/asked Bearer a-key {"n":2}',
    ]);
  });

  it('lets every request that was due in a stall pay for it, not only those in flight', async () => {
    let begun: number | undefined;
    const load = await loadOn(
      (request, response) => {
        begun ??= performance.now();
        const restMs = Math.max(0, begun + 1_000 - performance.now());
        setTimeout(() => request.resume().on('end', () => response.end('{}')), restMs);
      },
      { rate: 200, seconds: 2 },
    );
    const { latenciesMs } = await runAtRate(load);
    expect(latenciesMs).toHaveLength(400);
    // Of those, 100 were due in the first half second; four connections hold four.
    expect(latenciesMs.filter((latency) => latency > 500).length).toBeGreaterThan(50);
  });

  it('counts refusals and broken connections, and goes on', async () => {
    let asked = 0;
    const load = await loadOn(
      (request, response) => {
        asked += 1;
        if (asked === 3) request.socket.destroy();
        else response.writeHead(asked === 5 ? 503 : 200).end('{}');
      },
      { rate: 50, seconds: 0.4 },
    );
    const { failures, latenciesMs } = await startAtRate(load).result;
    expect(latenciesMs).toHaveLength(20);
    expect(failures).toBe(2);
  });

  it('throws on a refusal where none may be', async () => {
    const load = await loadOn((_, response) => response.writeHead(503).end(), {
      rate: 50,
      seconds: 0.1,
    });
    await expect(runAtRate(load)).rejects.toThrow('5 requests failed, such as HTTP/1.1 503');
  });

  it('still sends what is due when it is stopped', async () => {
    const load = await loadOn(
      (request, response) => void request.resume().on('end', () => response.end('{}')),
      { rate: 100, seconds: 60 },
    );
    const running = startAtRate(load);
    setTimeout(() => running.stop(), 2_000);
    const { latenciesMs, failures } = await running.result;
    expect(failures).toBe(0);
    expect(latenciesMs.length).toBeLessThan(1_000);
  });
});
