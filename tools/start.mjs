/**
 * `npm start`: the whole of Sallyport on a machine with nothing but Node, in the development profile.
 *
 * Contract with the API process (apps/api/dist/main.js), which this one starts with an IPC channel:
 * - Environment: SALLYPORT_PROFILE=development, SALLYPORT_ROLES=main,worker, SALLYPORT_PORT, SALLYPORT_PUBLIC_URL, SALLYPORT_DATA_DIR,
 *   DATABASE_URL (migrated already), SALLYPORT_MASTER_KEY_FILE, SALLYPORT_ADMIN_TOKEN_FILE, SALLYPORT_DEMO_PEP_KEY_FILE,
 *   SALLYPORT_DEMO_USERS_FILE (JSON [{ email, name, password, roles }]), SALLYPORT_DEMO_TENANT_DIR; what the caller set stays.
 * - It seeds the demo tenant, and once it can serve sends { type: 'ready' }; or { type: 'failed', message } and exits non-zero.
 * - With SALLYPORT_WORKERS above 1 it has processes of its own; it names them in { pids } of `ready`, and of { type: 'processes' } later.
 * - It prints nothing but JSON log lines; they go to <data dir>/api.log.
 * - SIGTERM, or the end of the IPC channel (this process died), makes it drain and exit within 18 s.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startBroker, stopBroker } from './broker-process.mjs';
import { checkDatabase, keepEmbedded } from './development-database.mjs';
import { developmentSecrets, openDataDirectory, writePrivate } from './development-data.mjs';
import { Refusal, runTool, say, step } from './progress.mjs';
import { refuseOldNode, root, setUp } from './setup.mjs';

const demoTenant = join(root, 'deploy/demo/acme');
const stopping = new AbortController();

await runTool('sallyport', main);

async function main() {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => stopping.abort());
  refuseOldNode();
  const port = await freePortFromEnvironment();
  const directory = await openDataDirectory(process.env.SALLYPORT_DATA_DIR || join(root, 'var'));
  await setUp({ signal: stopping.signal });
  if (stopping.signal.aborted) return;
  if (process.env.DATABASE_URL) await checkDatabase(process.env.DATABASE_URL);
  const { env: secretEnv, values, users } = developmentSecrets(directory, process.env);
  const env = await checkedEnvironment(port, directory, secretEnv);
  const running = { processes: {} };
  const tellPids = () => running.tell?.();
  const postgres = process.env.DATABASE_URL
    ? undefined
    : await step('starting PostgreSQL', () => keepEmbedded(directory, tellPids));
  let api;
  try {
    if (postgres) env.DATABASE_URL = postgres.url('sallyport');
    await step('migrating', () =>
      applyMigrations(env.SALLYPORT_MIGRATION_DATABASE_URL || env.DATABASE_URL),
    );
    if (stopping.signal.aborted) return;
    api = await step('starting the broker', () =>
      startBroker(env, directory, stopping.signal, (processes) => {
        running.processes = processes;
        tellPids();
      }),
    );
    if (stopping.signal.aborted) return;
    running.tell = (isFirst = false) => {
      const { pid } = postgres ?? {};
      const pids = { start: process.pid, api: api.pid, postgres: pid, ...running.processes };
      const demo = demoDescription(env.SALLYPORT_PUBLIC_URL, values, users);
      describe(directory, { ...demo, pids }, isFirst);
    };
    running.tell(true);
    announce(directory, env.SALLYPORT_PUBLIC_URL, values, users);
    await untilStopped(api, postgres);
  } finally {
    // The broker drains into the database, so that goes last.
    if (api) await stopBroker(api);
    await postgres?.stop();
  }
}

async function freePortFromEnvironment() {
  const port = Number(process.env.SALLYPORT_PORT || 8080);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Refusal('SALLYPORT_PORT: must be a whole number from 1 to 65535.', 78);
  const probe = createServer().listen(port, process.env.SALLYPORT_HOST || '127.0.0.1');
  const [error] = await Promise.race([
    once(probe, 'listening').then(() => []),
    once(probe, 'error'),
  ]);
  if (error)
    throw new Refusal(
      error.code === 'EADDRINUSE'
        ? `port ${port} is taken; set SALLYPORT_PORT.`
        : `port ${port} cannot be used (${error.code}); set SALLYPORT_PORT.`,
    );
  probe.close();
  return port;
}

/** The API's environment, judged by its own rules before anything is started. */
async function checkedEnvironment(port, directory, secretEnv) {
  const { SALLYPORT_PROFILE: profile } = process.env;
  if (profile && profile !== 'development')
    throw new Refusal(
      'npm start is the development start; for production see deploy/README.md.',
      78,
    );
  const env = {
    ...process.env,
    SALLYPORT_PROFILE: 'development',
    SALLYPORT_ROLES: 'main,worker',
    SALLYPORT_PORT: String(port),
    SALLYPORT_PUBLIC_URL: process.env.SALLYPORT_PUBLIC_URL || `http://127.0.0.1:${port}`,
    SALLYPORT_DATA_DIR: directory,
    SALLYPORT_DEMO_TENANT_DIR: process.env.SALLYPORT_DEMO_TENANT_DIR || demoTenant,
    ...secretEnv,
  };
  const { ConfigError, loadConfig } = await import('../apps/api/dist/platform/config/index.js');
  try {
    loadConfig({ ...env, DATABASE_URL: env.DATABASE_URL || 'postgresql://embedded' });
  } catch (error) {
    if (error instanceof ConfigError) throw new Refusal(error.problems.join('\nsallyport: '), 78);
    throw error;
  }
  return env;
}

async function applyMigrations(databaseUrl) {
  const { migrate } = await import('./migrate.mjs');
  await migrate(databaseUrl).catch((error) => {
    throw new Refusal(`the migrations could not be applied: ${error.message.split('\n')[0]}`);
  });
}

function demoDescription(baseUrl, values, users) {
  return {
    baseUrl,
    consoleUrl: `${baseUrl}/`,
    tenant: 'acme',
    pepKey: values['demo-pep-key'],
    adminToken: values['admin-token'],
    users: users.map(({ email, password, roles }) => ({ email, password, roles })),
  };
}

/** Also later, when a process was replaced: then a disk that is full must not end what still runs. */
function describe(directory, description, isFirst) {
  try {
    writePrivate(join(directory, 'dev.json'), `${JSON.stringify(description, null, 2)}\n`);
  } catch (error) {
    if (isFirst) throw error;
    say(`dev.json is out of date: ${error.message}`);
  }
}

function announce(directory, baseUrl, values, users) {
  const question = {
    subject: { type: 'user', id: 'dana@acme.example' },
    action: { name: 'read' },
    resource: { type: 'database', id: 'prod' },
    context: { ip: '84.128.0.1', device_id: 'dana-laptop' },
    options: { explain: true },
  };
  const lines = [
    `ready ${baseUrl}`,
    '',
    'Ask whether Dana may read the production database:',
    `curl -s ${baseUrl}/access/v1/evaluation -H 'Authorization: Bearer ${values['demo-pep-key']}' -H 'Content-Type: application/json' -d '${JSON.stringify(question)}'`,
    '',
    `Console: ${baseUrl}/`,
    ...users.map(
      ({ email, password, roles }) => `  ${email.padEnd(20)} ${password}  (${roles.join(', ')})`,
    ),
    `Admin token and the rest: ${join(directory, 'dev.json')}. Log: ${join(directory, 'api.log')}. Stop with Ctrl-C.`,
  ];
  console.log(lines.join('\n'));
}

async function untilStopped(api, postgres) {
  const stopped = once(stopping.signal, 'abort');
  const died = [
    api.exitCode === null && api.signalCode === null ? once(api, 'exit') : [],
    postgres?.gaveUp,
  ].filter(Boolean);
  await Promise.race([stopped, ...died]);
  if (stopping.signal.aborted) return say('stopping');
  process.exitCode = 1;
  throw new Refusal(
    api.exitCode !== null || api.signalCode !== null
      ? `the broker ended by itself (${api.signalCode ?? api.exitCode}).`
      : 'PostgreSQL ended by itself, and does not start again.',
  );
}
