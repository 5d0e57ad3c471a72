import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { type Broker, startBroker } from '../../apps/api/src/broker.js';
import { loadConfig } from '../../apps/api/src/platform/config/index.js';
import { freePort } from '../../tools/embedded-postgres.mjs';
import { BrokerClient } from './broker-client.js';
import { OTHER, otherDirectory } from './broker-other-tenant.js';
import { createDatabase, type TestDatabase } from './postgres.js';

export interface TestPerson {
  readonly email: string;
  readonly password: string;
}

/** The real composition on a database of its own, with the tenants `acme` (the demo) and `other`. */
export interface TestBroker extends Broker {
  readonly client: BrokerClient;
  readonly database: TestDatabase;
  /** Every route that was ever registered, as its owner declared it. */
  readonly routes: readonly RouteOptions[];
  readonly adminToken: string;
  readonly pepKeys: { readonly acme: string; readonly other: string };
  person(email: string): TestPerson;
}

const DEMO_TENANT = fileURLToPath(new URL('../../deploy/demo/acme', import.meta.url));
const PEOPLE = [
  'dana@acme.example',
  'omar@acme.example',
  'aude@acme.example',
  'ada@acme.example',
  ...Object.values(OTHER.people),
];

/** Starts it on a free port in the development profile; `env` adds or replaces settings. */
export async function startInProcess(
  env: Readonly<Record<string, string>> = {},
): Promise<TestBroker> {
  const database = await createDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-broker-'));
  const discard = async () => {
    rmSync(dataDir, { recursive: true, force: true });
    await database.drop();
  };
  const secret = () => randomBytes(24).toString('base64url');
  const pepKeys = { acme: secret(), other: secret() };
  const adminToken = secret();
  const people = PEOPLE.map((email) => ({ email, name: email, password: secret(), roles: [] }));
  const usersFile = join(dataDir, 'users.json');
  writeFileSync(usersFile, JSON.stringify(people), { mode: 0o600 });
  try {
    const config = loadConfig({
      SALLYPORT_PROFILE: 'development',
      SALLYPORT_LOG_LEVEL: 'silent',
      SALLYPORT_PORT: String(await freePort()),
      SALLYPORT_DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      SALLYPORT_MASTER_KEY: randomBytes(32).toString('base64'),
      SALLYPORT_ADMIN_TOKEN: adminToken,
      SALLYPORT_DEMO_PEP_KEY: pepKeys.acme,
      SALLYPORT_DEMO_USERS_FILE: usersFile,
      SALLYPORT_DEMO_TENANT_DIR: DEMO_TENANT,
      SALLYPORT_AUDIT_CHECKPOINT_INTERVAL_MS: '100',
      ...env,
    });
    const { routes, value: broker } = await recordRoutes(() => startBroker(config));
    const client = new BrokerClient(broker.url);
    await client.ok('PUT', `/v1/tenants/${OTHER.name}`, {
      key: adminToken,
      json: { files: otherDirectory(pepKeys.other) },
    });
    return {
      ...broker,
      client,
      database,
      routes,
      adminToken,
      pepKeys,
      person: (email) => personOf(people, email),
      close: async () => {
        await broker.close();
        await discard();
      },
    };
  } catch (error) {
    await discard();
    throw error;
  }
}

function personOf(people: readonly TestPerson[], email: string): TestPerson {
  const person = people.find((one) => one.email === email);
  if (!person) throw new Error(`nobody is called ${email}`);
  return person;
}

/** Fastify announces each new server, so that its routes can be seen from the very first on. */
async function recordRoutes<T>(
  work: () => Promise<T>,
): Promise<{ readonly routes: readonly RouteOptions[]; readonly value: T }> {
  const routes: RouteOptions[] = [];
  const onServer = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', (route) => void routes.push(route));
  };
  subscribe('fastify.initialization', onServer);
  try {
    return { value: await work(), routes };
  } finally {
    unsubscribe('fastify.initialization', onServer);
  }
}
