/** Where and with what the numbers came about. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { findBinaries } from '../../../tools/postgres-binaries.mjs';
import { rounded } from './statistics.mjs';
import { wrkVersion } from './wrk.mjs';

/** `load` is the machine's load average of the last minute: well above 0 before the run begins means that the numbers are disturbed. */
export async function describeMachine() {
  const { postgres } = await findBinaries();
  const fastify = new URL('../../../node_modules/fastify/package.json', import.meta.url);
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: rounded(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    postgres: /([\d.]+)\s*$/.exec(
      spawnSync(postgres, ['--version'], { encoding: 'utf8' }).stdout,
    )?.[1],
    fastify: JSON.parse(readFileSync(fastify, 'utf8')).version,
    wrk: wrkVersion() ?? 'not installed',
    load: rounded(loadavg()[0]),
  };
}
