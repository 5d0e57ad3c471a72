/**
 * Adds to package-lock.json the optional packages of other platforms that it lacks; with `--check` only says so, exit 1.
 * npm leaves them out when the registry it asked doesn't serve them, and `npm ci` then refuses the lock on every platform.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOrCheck } from './generated-file.mjs';

const platformName =
  /(?:^|[-/])(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/;

const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'));
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const platform = platformName.exec(name);
    if (platform && !isLocked(path, name))
      lock.packages[`node_modules/${name}`] = placeholder(version, platform, entry);
  }
}
const byPath = ([a], [b]) => a.localeCompare(b, 'en');
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(byPath));
writeOrCheck(
  { 'package-lock.json': `${JSON.stringify(lock, null, 2)}\n` },
  'node tools/complete-lockfile.mjs',
);

/** Node's lookup: beside the package, then outwards. */
function isLocked(path, name) {
  for (let from = path; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${from === '' ? '' : `${from}/`}node_modules/${name}`]) return true;
    if (from === '') return false;
  }
}

/** No integrity: the registry that would say it doesn't serve the package. npm fetches it only on its own platform. */
function placeholder(version, [, os, cpu, abi], { dev }) {
  return {
    version: version.replace(/^[\^~]/, ''),
    cpu: [cpu],
    ...(dev && { dev }),
    ...(os === 'linux' && abi && { libc: [abi.startsWith('musl') ? 'musl' : 'glibc'] }),
    optional: true,
    os: [os],
  };
}
