/** Load by wrk: as many requests as the subject answers, over a fixed number of connections. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(import.meta.dirname, 'wrk.lua');

/** wrk's version, such as `4.1.0`; undefined where it isn't installed. */
export function wrkVersion() {
  const { stdout, error } = spawnSync('wrk', ['-v'], { encoding: 'utf8' });
  return error ? undefined : (/^wrk (?:debian\/)?([\w.]+)/.exec(stdout)?.[1] ?? 'unknown');
}

/** Writes bodies (objects) where wrk can read them; returns the path, which `cleanup` removes. */
export function writeBodies(cleanup, bodies) {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  cleanup.defer(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'bodies');
  writeFileSync(path, `${bodies.map((body) => JSON.stringify(body)).join('\n')}\n`);
  return path;
}

/**
 * One run with one thread. Throws when anything but 2xx or 3xx was answered, or a connection failed.
 * @param {{ url: string, bodies: string, token?: string, connections: number, seconds: number }} load
 * @returns {Promise<Measured>}
 */
export async function runWrk({ url, bodies, token, connections, seconds }) {
  const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script];
  const authorization = token === undefined ? [] : [`Bearer ${token}`];
  const child = spawn('wrk', [...flags, url, '--', bodies, ...authorization], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => child.kill('SIGKILL');
  process.on('exit', end);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  process.off('exit', end);
  if (code !== 0) throw new Error(`wrk ended with ${code}: ${output}`);
  const measured = parseWrk(output);
  const failures = Object.entries(measured.failed).filter(([, count]) => count > 0);
  if (failures.length > 0 || measured.requests === 0)
    throw new Error(
      `${url} under load: ${measured.requests} answers, failed: ${failures.join(' ')}`,
    );
  return measured;
}

/**
 * What wrk.lua printed.
 * @typedef {{ requests: number, seconds: number, perSecond: number, failed: Record<string, number>,
 *   latencyMs: { p50: number, p90: number, p99: number, p999: number, max: number, mean: number } }} Measured
 * @returns {Measured}
 */
export function parseWrk(output) {
  const line = /^measured (\{.*\})$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`wrk measured nothing: ${output}`);
  const { requests, micros, failed, latencyMicros } = JSON.parse(line);
  const latencyMs = Object.fromEntries(
    Object.entries(latencyMicros).map(([name, value]) => [name, value / 1_000]),
  );
  const seconds = micros / 1e6;
  return { requests, seconds, perSecond: requests / seconds, failed, latencyMs };
}
