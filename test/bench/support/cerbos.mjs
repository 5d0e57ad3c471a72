/** Cerbos, the peer that npm brings: installed at one version, checked by its hash, into a cache that no other command touches. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../tools/embedded-postgres.mjs';
import { cpuMicros } from './processes.mjs';
import { runProgram, startProgram } from './programs.mjs';

const version = '0.55.0';
const integrity =
  'sha512-eLZUycJfaQWK0XTRgH/Oz2E3XiNCUavDd1LhzFxhUpZ3s5CuQqmqG327ta0On8YOTxuZO/19cG4kvfC22r03/Q==';
const name = '@cerbos/cerbos-linux-x64';
const cache = join(
  import.meta.dirname,
  `../../../node_modules/.cache/sallyport-bench/cerbos-${version}`,
);

/**
 * Starts it on a policy directory (content by file name) with audit log and telemetry off, everything else as it ships.
 * @returns {Promise<{ version: string, url: string, pid: number, cpu(): { server: number } }>} `url`: of CheckResources; `cpu`: microseconds so far
 */
export async function startCerbos(cleanup, policies) {
  const command = await install();
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-cerbos-'));
  cleanup.defer(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'policies'));
  for (const [file, text] of Object.entries(policies))
    writeFileSync(join(directory, 'policies', file), text);
  const base = `127.0.0.1:${await freePort()}`;
  const config = {
    server: { httpListenAddr: base, grpcListenAddr: `127.0.0.1:${await freePort()}` },
    storage: {
      driver: 'disk',
      disk: { directory: join(directory, 'policies'), watchForChanges: false },
    },
    audit: { enabled: false },
    telemetry: { disabled: true },
  };
  const configFile = join(directory, 'config.yaml');
  writeFileSync(configFile, JSON.stringify(config));
  const { pid } = await startProgram(cleanup, {
    command,
    args: ['server', `--config=${configFile}`, '--log-level=warn'],
    url: `http://${base}/_cerbos/health`,
    env: { CERBOS_NO_TELEMETRY: '1' },
  });
  return {
    version,
    url: `http://${base}/api/check/resources`,
    pid,
    cpu: () => ({ server: cpuMicros(pid) }),
  };
}

async function install() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `the peer is measured on Linux x64 only, not on ${process.platform} ${process.arch}`,
    );
  const binary = join(cache, 'node_modules', name, 'cerbos-linux-x64');
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const dependencies = { [name]: version };
  const manifest = { name: 'peer', private: true, dependencies };
  const packages = { '': { dependencies }, [`node_modules/${name}`]: { version, integrity } };
  const lock = { name: 'peer', lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(cache, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(cache, 'package-lock.json'), JSON.stringify(lock));
  await runProgram(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: cache,
    },
  );
  return binary;
}
