/** Load at a constant rate, in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * Sends `rate` requests a second for some seconds; every one must be answered with 2xx.
 * @param {{ url: string, bodies: string, token?: string, rate: number, seconds: number, connections: number }} load
 * @returns {Promise<{ latenciesMs: number[], latenessMs: number[] }>} in the order they were due. `latenessMs` is how much
 *   later than due each was sent, by the client's own delay or because all connections were waiting; latencies include it
 */
export async function runAtRate({ url, bodies, token, rate, seconds, connections }) {
  const load = JSON.stringify({ url, bodies, token, rate, seconds, connections });
  const child = fork(join(import.meta.dirname, 'open-loop-client.mjs'), [load], { execArgv: [] });
  const end = () => child.kill('SIGKILL');
  process.on('exit', end);
  const told = once(child, 'message').then(([message]) => message);
  const ended = once(child, 'exit').then(([code]) => ({ failed: `the client ended with ${code}` }));
  const answer = await Promise.race([told, ended]);
  await ended;
  process.off('exit', end);
  if (answer.failed) throw new Error(`${url} at ${rate}/s: ${answer.failed}`);
  return answer;
}
