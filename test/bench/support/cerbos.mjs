/** Cerbos, the peer that npm brings. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../tools/embedded-postgres.mjs';
import { installPinned } from '../../../tools/pinned-program.mjs';
import { cpuMicros } from './processes.mjs';
import { startProgram } from './programs.mjs';

const pinned = {
  name: '@cerbos/cerbos-linux-x64',
  version: '0.55.0',
  integrity:
    'sha512-eLZUycJfaQWK0XTRgH/Oz2E3XiNCUavDd1LhzFxhUpZ3s5CuQqmqG327ta0On8YOTxuZO/19cG4kvfC22r03/Q==',
  file: 'cerbos-linux-x64',
};

/**
 * Starts it on a policy directory (content by file name) with audit log and telemetry off, everything else as it ships.
 * @returns {Promise<{ version: string, url: string, pid: number, cpu(): { server: number } }>} `url`: of CheckResources; `cpu`: microseconds so far
 */
export async function startCerbos(cleanup, policies) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `the peer is measured on Linux x64 only, not on ${process.platform} ${process.arch}`,
    );
  const command = await installPinned(pinned);
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
    version: pinned.version,
    url: `http://${base}/api/check/resources`,
    pid,
    cpu: () => ({ server: cpuMicros(pid) }),
  };
}
