import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { questionOf } from './access.js';
import { eventually, ROUNDS, startWorld, type World } from './rounds.js';

jest.setTimeout(600_000);

const WIDTH = 40;
/** A process starts slowly beside the load. */
const EXCHANGE_MS = 180_000;
/** Some lanes rest hardly at all, others up to this long, on a connection that they keep. */
const REST_MS = 800;

describe('every process exchanged under load', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ SALLYPORT_WORKERS: '2' });
  });
  afterAll(() => world?.broker.discard());

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    'round %i: no request fails, and every decision is in the log',
    async () => {
      const { broker, log } = world;
      const before = broker.described().pids;
      const load = startKeepAliveLoad(broker);
      try {
        await sleep(500);
        process.kill(before.api, 'SIGHUP');
        const isFresh = (name: string) => {
          const { pids } = broker.described();
          return pids[name] !== undefined && pids[name] !== before[name];
        };
        for (const name of ['jobs', 'decide-1', 'decide-2'])
          await eventually(`${name} was exchanged`, async () => isFresh(name), EXCHANGE_MS);
        // The last of the old ones lets its clients go.
        await sleep(2_000);
      } finally {
        await load.stop();
      }
      const { ids, failures, farewells } = load;
      expect(failures).toEqual([]);
      // The old processes did have connections to give up.
      expect(farewells()).toBeGreaterThan(0);
      expect(broker.described().pids).toMatchObject({
        start: before.start,
        api: before.api,
        postgres: before.postgres,
      });
      await log.covering(ids);
    },
  );
});

interface LoadOfConnections {
  /** Of decisions. */
  readonly ids: readonly string[];
  readonly failures: readonly string[];
  /** Answers that said that their connection ends. */
  farewells(): number;
  stop(): Promise<void>;
}

/**
 * Plain HTTP/1.1 clients that never try again, each with a connection that it keeps. In a pool some would be quiet for longer than a process
 * that ends waits, and be asked in the very moment in which it gives them up: nothing but trying again helps there (RFC 9112 §9.3.1).
 */
function startKeepAliveLoad({ baseUrl, pepKey }: World['broker']): LoadOfConnections {
  const agents = Array.from({ length: WIDTH }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const ids: string[] = [];
  const failures: string[] = [];
  let [stopping, farewells] = [false, 0];
  const body = JSON.stringify(questionOf('dana'));
  const headers = {
    authorization: `Bearer ${pepKey}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  const ask = (agent: Agent) =>
    new Promise<void>((resolve) => {
      const fail = (why: string) => {
        failures.push(why);
        resolve();
      };
      const sent = request(`${baseUrl}/access/v1/evaluation`, { agent, method: 'POST', headers });
      sent.on('error', ({ message }) => fail(message));
      sent.on('response', (answer) => {
        if (answer.headers.connection === 'close') farewells += 1;
        answer.on('error', ({ message }) => fail(message));
        answer.resume().on('end', () => {
          if (answer.statusCode !== 200) return fail(String(answer.statusCode));
          ids.push(String(answer.headers['x-decision-id']));
          resolve();
        });
      });
      sent.end(body);
    });
  const lanes = agents.map(async (agent, lane) => {
    while (!stopping) {
      await ask(agent);
      await sleep(10 + (lane / WIDTH) * REST_MS);
    }
  });
  return {
    ids,
    failures,
    farewells: () => farewells,
    stop: async () => {
      stopping = true;
      await Promise.all(lanes);
      for (const agent of agents) agent.destroy();
    },
  };
}
