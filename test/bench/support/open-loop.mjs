/** Load at a constant rate, in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * Sends `rate` requests a second for `seconds` at most. `result` resolves when all were answered; `stop` sends no more.
 * @param {{ url: string, bodies: string, token?: string, rate: number, seconds: number, connections: number }} load
 * @returns {{ result: Promise<AtRate>, stop(): void }}
 * @typedef {{ latenciesMs: number[], latenessMs: number[], startedAtMs: number, failures: number, failure?: string }} AtRate
 *   In the order the requests were due, the first at `startedAtMs` (Unix). `latenessMs` is how much later than due each was sent, by the
 *   client's own delay or because all connections were waiting; latencies include it. `failures`: answers but 2xx, broken connections
 */
export function startAtRate({ url, bodies, token, rate, seconds, connections }) {
  const load = JSON.stringify({ url, bodies, token, rate, seconds, connections });
  const child = fork(join(import.meta.dirname, 'open-loop-client.mjs'), [load], { execArgv: [] });
  const result = resultOf(child, `${url} at ${rate}/s`);
  result.catch(() => {}); // whoever awaits it hears of it, if something else didn't fail before
  return {
    result,
    stop: () => child.send('stop'),
  };
}

/** The same to its end; throws when a request failed. */
export async function runAtRate(load) {
  const result = await startAtRate(load).result;
  if (result.failures > 0)
    throw new Error(`${load.url}: ${result.failures} requests failed, such as ${result.failure}`);
  return result;
}

async function resultOf(child, what) {
  const told = once(child, 'message').then(([message]) => message);
  const ended = once(child, 'exit').then(([code]) => ({ aborted: `ended with ${code}` }));
  const result = await Promise.race([told, ended]);
  await ended;
  if (result.aborted) throw new Error(`${what}: ${result.aborted}`);
  return result;
}
