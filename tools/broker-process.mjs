/** The API process under `npm start`: how it is started, known to be ready, and ended. The contract is in start.mjs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerFlags } from './broker-flags.mjs';
import { Refusal } from './progress.mjs';
import { root } from './setup.mjs';

const drainMs = 18_000;
const readyMs = 120_000;

/**
 * Starts it and waits until it serves, or until `stopping` is aborted. Throws Refusal with what it said when it fails.
 * `onProcesses` hears the process ids of an instance of several processes, by name, whenever one was replaced.
 */
export async function startBroker(env, directory, stopping, onProcesses) {
  const log = join(directory, 'api.log');
  const output = openSync(log, 'a', 0o600);
  const begin = fstatSync(output).size;
  // Its own process group: Ctrl-C in a terminal reaches this process alone, which stops the others in order.
  const api = spawn(process.execPath, [...brokerFlags, 'apps/api/dist/main.js'], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  const exited = once(api, 'exit').then(([code, signal]) => ({
    type: 'failed',
    message: lastWords(log, begin) ?? `exit ${signal ?? code}`,
  }));
  const told = new Promise((resolve) =>
    api.on('message', (message) => {
      if (message?.pids) onProcesses(message.pids);
      if (['ready', 'failed'].includes(message?.type)) resolve(message);
    }),
  );
  const stopped = once(stopping, 'abort').then(() => ({ type: 'stopped' }));
  const late = new Promise((resolve) =>
    setTimeout(resolve, readyMs, {
      type: 'failed',
      message: `not ready after ${readyMs / 1000} s`,
    }).unref(),
  );
  const answer = await Promise.race([
    told,
    exited,
    late,
    ...(stopping.aborted ? [{ type: 'stopped' }] : [stopped]),
  ]);
  if (answer.type !== 'failed') return api;
  await stopBroker(api);
  const [line] = answer.message.split('\n');
  throw new Refusal(`the broker did not start: ${line} (more in ${log})`);
}

/** What the process said last, if that wasn't a log line: a stack's message, say. */
function lastWords(log, begin) {
  const lines = readFileSync(log).subarray(begin).toString('utf8').trim().split('\n');
  return lines.find((line) => /^\S*(Error|sallyport):? /.test(line)) ?? (lines.at(-1) || undefined);
}

/** Lets it drain, for 18 s at most. */
export async function stopBroker(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), drainMs);
  await exited;
  clearTimeout(late);
}
