/** The bare Fastify routes that a decision is compared with. */
import { join } from 'node:path';
import { brokerFlags } from '../../../tools/broker-flags.mjs';
import { freePort } from '../../../tools/embedded-postgres.mjs';
import { startDatabase } from './database.mjs';
import { cpuMicros } from './processes.mjs';
import { startNode } from './programs.mjs';

/**
 * Answers POST /access/v1/evaluation(s) with `{"decision":true}` after parsing the body.
 * @returns {Promise<{ baseUrl: string, pid: number, cpu(): { server: number } }>} `cpu`: microseconds so far
 */
export async function startFloor(cleanup, { processes = 1 } = {}) {
  const port = await freePort();
  const { pid } = await startNode(cleanup, {
    script: join(import.meta.dirname, 'floor-server.mjs'),
    args: [String(port), String(processes)],
    env: { NODE_ENV: 'production' },
  });
  return { baseUrl: `http://127.0.0.1:${port}`, pid, cpu: () => ({ server: cpuMicros(pid) }) };
}

/**
 * The same route with the durable log before its answer, on a PostgreSQL of its own: one entry for each check.
 * @returns {Promise<{ baseUrl: string, pid: number, cpu(): { server: number, postgres: number } }>} `cpu`: microseconds so far
 */
export async function startLoggingFloor(cleanup) {
  const database = await startDatabase(cleanup);
  const port = await freePort();
  const { pid } = await startNode(cleanup, {
    script: join(import.meta.dirname, 'logging-floor-server.mjs'),
    flags: brokerFlags,
    env: { NODE_ENV: 'production', PORT: String(port), DATABASE_URL: database.url },
  });
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    pid,
    cpu: () => ({ server: cpuMicros(pid), postgres: cpuMicros(database.pid) }),
  };
}
