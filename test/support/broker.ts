import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../tools/embedded-postgres.mjs';
import { BrokerClient } from './broker-client.js';
import { isRunning, type Started, startSystem } from './npm-start.js';

/** The system as `npm start` runs it, on a data directory and a port that outlive it. */
export interface RunningBroker extends Started {
  readonly client: BrokerClient;
  readonly dataDir: string;
  password(email: string): string;
  /** SIGKILL to the API alone, or to everything at once; resolves when all of it is gone. */
  kill9(what: 'api' | 'everything'): Promise<void>;
  /** Starts again where it was. */
  restart(): Promise<RunningBroker>;
  /** Stops it if it runs, and removes the data directory. */
  discard(): Promise<void>;
}

interface Place {
  readonly dataDir: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

const GONE_MS = 30_000;

/** Starts it on a free port and a fresh directory, which lies in `within`; `env` adds settings. */
export async function startBroker({
  env = {},
  within = tmpdir(),
}: {
  readonly env?: Readonly<Record<string, string>>;
  readonly within?: string;
} = {}): Promise<RunningBroker> {
  const dataDir = mkdtempSync(join(within, 'sallyport-broker-'));
  try {
    return await startAt({ dataDir, port: await freePort(), env });
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  }
}

async function startAt(place: Place): Promise<RunningBroker> {
  const started = await startSystem(place);
  return {
    ...started,
    client: new BrokerClient(started.baseUrl),
    dataDir: place.dataDir,
    password: (email) => started.users.find((user) => user.email === email)?.password ?? '',
    kill9: (what) => kill9(started, what),
    restart: () => startAt(place),
    discard: async () => {
      await started.stop();
      rmSync(place.dataDir, { recursive: true, force: true });
    },
  };
}

async function kill9({ process: start, pids }: Started, what: 'api' | 'everything'): Promise<void> {
  const exited =
    start.exitCode === null && start.signalCode === null ? once(start, 'exit') : undefined;
  const { start: _, api, ...others } = pids;
  if (what === 'everything') {
    start.kill('SIGKILL');
    for (const pid of Object.values(others)) process.kill(pid, 'SIGKILL');
  }
  process.kill(api, 'SIGKILL');
  await exited;
  for (const deadline = Date.now() + GONE_MS; Date.now() < deadline; await sleep(20))
    if (![api, ...Object.values(others)].some(isRunning)) return;
  throw new Error('a process outlived SIGKILL');
}
