/** The data directory of a development start: its lock, its secrets (made once, mode 0600), its users. */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LockedError, takeLock } from './process-lock.mjs';
import { Refusal } from './progress.mjs';

/** Who can sign in at the built-in identity provider; `deploy/demo/acme` says what each may do. */
const people = [
  { email: 'dana@acme.example', name: 'Dana Engineer', roles: ['member'] },
  { email: 'omar@acme.example', name: 'Omar Oncall', roles: ['reviewer'] },
  { email: 'aude@acme.example', name: 'Aude Auditor', roles: ['auditor'] },
  { email: 'ada@acme.example', name: 'Ada Admin', roles: ['admin'] },
];

const secret = (bytes) => () => randomBytes(bytes).toString('base64url');

/** Secrets that a development start makes for itself, unless the environment brings them. */
const secrets = [
  {
    env: 'SALLYPORT_MASTER_KEY',
    file: 'master-key',
    make: () => randomBytes(32).toString('base64'),
  },
  { env: 'SALLYPORT_ADMIN_TOKEN', file: 'admin-token', make: secret(32) },
  { env: 'SALLYPORT_DEMO_PEP_KEY', file: 'demo-pep-key', make: secret(24) },
];

/**
 * Takes the data directory for this process, creating it (mode 0700). Throws Refusal when it can't be written or another
 * instance uses it.
 */
export async function openDataDirectory(path) {
  const directory = resolve(path);
  try {
    makeDirectory(join(directory, 'secrets'));
    accessSync(directory, constants.W_OK | constants.X_OK);
    await takeLock(join(directory, 'instance.lock'));
  } catch (error) {
    if (error instanceof LockedError)
      throw new Refusal(
        `another instance (process ${error.pid}) already runs on ${directory}; stop it, or set SALLYPORT_DATA_DIR.`,
      );
    throw new Refusal(
      `the data directory ${directory} cannot be written (${error.code}); set SALLYPORT_DATA_DIR.`,
    );
  }
  rmSync(join(directory, 'dev.json'), { force: true }); // it says "can serve"
  return directory;
}

/**
 * The secrets' settings for the API: `env` names a file for each that the environment doesn't bring; `values` by file name,
 * for dev.json; `users` with their passwords.
 */
export function developmentSecrets(directory, environment) {
  const env = {};
  const values = {};
  for (const { env: name, file, make } of secrets) {
    if (environment[name]) values[file] = environment[name];
    else if (environment[`${name}_FILE`]) values[file] = readSecret(environment[`${name}_FILE`]);
    else {
      const path = join(directory, 'secrets', file);
      env[`${name}_FILE`] = path;
      values[file] = once(path, make);
    }
  }
  const usersFile = join(directory, 'secrets', 'users.json');
  const users = JSON.parse(
    once(usersFile, () =>
      JSON.stringify(
        people.map((person) => ({ ...person, password: secret(12)() })),
        null,
        2,
      ),
    ),
  );
  return {
    env: { ...env, SALLYPORT_DEMO_USERS_FILE: environment.SALLYPORT_DEMO_USERS_FILE || usersFile },
    values,
    users,
  };
}

/** Not `recursive`: Node's own way round never ends where a parent can't be made, under /proc for one. */
function makeDirectory(path) {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** Appears whole or not at all, readable by its owner only. */
export function writePrivate(path, content) {
  const draft = `${path}.new`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, path);
}

function once(path, make) {
  if (!existsSync(path)) writePrivate(path, make());
  return readSecret(path);
}

function readSecret(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new Refusal(`${path} cannot be read (${error.code}).`);
  }
}
