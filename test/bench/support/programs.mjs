/** The processes that a bench measures: each started on a free port, known to be ready, ended by its own pid. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const drainMs = 20_000;

/**
 * Starts a Node script that sends `{ type: 'ready' }` over IPC when it can serve, and ends when the channel does.
 * Throws with what it printed when it ends before that.
 * @returns {Promise<import('node:child_process').ChildProcess>}
 */
export async function startNode(
  cleanup,
  { script, flags = [], args = [], env = {}, cwd, timeoutMs = 120_000 },
) {
  const child = spawn(process.execPath, [...flags, script, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  cleanup.defer(() => stopChild(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => (output = (output + text).slice(-10_000)));
  const told = new Promise((resolve) =>
    child.on('message', ({ type, message }) => {
      if (type === 'ready') resolve('ready');
      if (type === 'failed') resolve(message);
    }),
  );
  const late = AbortSignal.timeout(timeoutMs);
  const answer = await Promise.race([
    told,
    once(child, 'exit').then(([code, signal]) => `ended with ${signal ?? code}`),
    once(late, 'abort').then(() => 'not ready in time'),
  ]);
  if (answer !== 'ready') throw new Error(`${script}: ${answer}\n${output}`);
  return child;
}

/** Starts any program and waits until `url` answers 2xx. Its output is dropped unless it ends early. */
export async function startProgram(cleanup, { command, args, url, env = {}, timeoutMs = 30_000 }) {
  // A program without an IPC channel would outlive us if we were killed.
  const tie = existsSync('/usr/bin/setpriv')
    ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--']
    : [];
  const [program, ...rest] = [...tie, command, ...args];
  const child = spawn(program, rest, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanup.defer(() => stopChild(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => (output = (output + text).slice(-10_000)));
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(50)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return child;
  }
  throw new Error(`${command} does not answer at ${url}:\n${output}`);
}

/** SIGTERM, and SIGKILL when that isn't enough. */
export async function stopChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), drainMs);
  await exited;
  clearTimeout(late);
}

/** Runs a program to its end and resolves to its standard output; rejects with all that it said unless it exits with 0. */
export function runProgram(command, args, { env = {}, timeoutMs = 300_000 } = {}) {
  const options = {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    timeout: timeoutMs,
    maxBuffer: 64 * 1_048_576,
  };
  return new Promise((resolve, reject) =>
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args[0]}: ${error.message}\n${stdout}\n${stderr}`));
      else resolve(stdout);
    }),
  );
}
