/** Rules of the checkout that no linter sees. Prints each breach; exit 1 when there is one. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const maxBytes = 1_048_576;
const maxReadmeLines = 15;
const maxLibraries = 7;
const machinePath = /(?:^|[\s"'`(=])\/(?:home|Users|root|work)\/[\w.-]+/m;
const binary = /\.(?:png|ico|woff2?|mmdb|wasm|gz)$/;

const tracked = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const breaches = [...readmes(), ...libraries(), ...tracked.flatMap(fileBreaches), ...lockfile()];
for (const breach of breaches) console.error(breach);
process.exitCode = breaches.length > 0 ? 1 : 0;

/** Whoever opens a folder reads in one sentence what it is. */
function readmes() {
  const folders = ['apps', 'libs']
    .flatMap((parent) => folderNames(parent).map((name) => `${parent}/${name}`))
    .concat('test', 'prisma', 'deploy');
  return folders.flatMap((folder) => {
    const path = join(root, folder, 'README.md');
    if (!existsSync(path))
      return [`${folder}/README.md is missing: one sentence on what the folder is`];
    const lines = readFileSync(path, 'utf8').trim().split('\n').length;
    return lines > maxReadmeLines && !folder.startsWith('deploy')
      ? [`${folder}/README.md has ${lines} lines; ${maxReadmeLines} must do`]
      : [];
  });
}

function folderNames(parent) {
  const entries = readdirSync(join(root, parent), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function libraries() {
  const count = folderNames('libs').length;
  return count > maxLibraries ? [`libs/ has ${count} folders; ${maxLibraries} is the ceiling`] : [];
}

function fileBreaches(path) {
  const { size } = statSync(join(root, path));
  if (size > maxBytes) return [`${path} has ${size} bytes; nothing over 1 MiB is committed`];
  if (binary.test(path) || path === 'package-lock.json') return [];
  const found = machinePath.exec(readFileSync(join(root, path), 'utf8'));
  return found ? [`${path} names a place of one machine: ${found[0].trim()}`] : [];
}

/** A registry's address in the lock file would tie every install to it. */
function lockfile() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([, { resolved }]) => /^\w+:\/\//.test(resolved ?? ''))
    .map(
      ([path]) =>
        `package-lock.json: ${path} names a registry; omit-lockfile-registry-resolved belongs in .npmrc`,
    );
}
