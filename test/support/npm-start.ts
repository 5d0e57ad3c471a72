import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../tools/embedded-postgres.mjs';

/** What `<data dir>/dev.json` says. */
export interface DevelopmentInstance {
  readonly baseUrl: string;
  readonly consoleUrl: string;
  readonly tenant: string;
  readonly pepKey: string;
  readonly adminToken: string;
  readonly users: readonly {
    readonly email: string;
    readonly password: string;
    readonly roles: readonly string[];
  }[];
  /** By name; an instance of several processes has `jobs`, `decide-1`, `decide-2`, … beside its primary, `api`. */
  readonly pids: Readonly<Record<string, number>> & {
    readonly start: number;
    readonly api: number;
    readonly postgres?: number;
  };
}

export interface Started extends DevelopmentInstance {
  /** What dev.json says now: a process may have been replaced. */
  described(): DevelopmentInstance;
  readonly process: ChildProcess;
  /** All that it printed so far. */
  output(): string;
  /** Sends SIGTERM and waits; resolves to the exit code. */
  stop(): Promise<number | null>;
}

export interface StartOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The command; default `node tools/start.mjs`. */
  readonly command?: readonly [string, ...string[]];
}

const READY_TIMEOUT_MS = 180_000;

/** Starts the whole system as `npm start` does and waits until it is ready. Rejects with its output when it isn't. */
export async function startSystem(options: StartOptions): Promise<Started> {
  const child = await spawnStart(options);
  const output = collect(child);
  const ready = new Promise<void>((resolve) => {
    child.stdout?.on('data', () => {
      if (/^ready http/m.test(output())) resolve();
    });
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`npm start ended with ${String(code)}:\n${output()}`);
  });
  const late = new AbortController();
  try {
    await Promise.race([ready, ended, timeout(child, output, late.signal)]);
  } finally {
    late.abort();
    ended.catch(() => undefined);
  }
  const described = () =>
    JSON.parse(readFileSync(join(options.dataDir, 'dev.json'), 'utf8')) as DevelopmentInstance;
  return { ...described(), described, process: child, output, stop: () => stop(child) };
}

/** Runs a start that is expected to give up. */
export async function failToStart(
  options: StartOptions,
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const child = await spawnStart(options);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr: stderr.trim() };
}

/** True while a process with this pid exists. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function spawnStart({ dataDir, port, cwd, env, command }: StartOptions) {
  const [program, ...args] = command ?? [process.execPath, 'tools/start.mjs'];
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  return spawn(program, args, {
    cwd: cwd ?? process.cwd(),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inherited,
      SALLYPORT_PORT: String(port ?? (await freePort())),
      SALLYPORT_DATA_DIR: dataDir,
      ...env,
    },
  });
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

async function timeout(
  child: ChildProcess,
  output: () => string,
  signal: AbortSignal,
): Promise<never> {
  // Not unref'd: it ends with the start, one way or the other.
  await sleep(READY_TIMEOUT_MS, undefined, { signal }).catch(
    () => new Promise<never>(() => undefined),
  );
  child.kill('SIGKILL');
  throw new Error(`npm start was not ready in time:\n${output()}`);
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = (await exited) as [number | null];
  return code;
}
