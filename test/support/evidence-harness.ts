import type { LogEntry } from '@sallyport/contracts';
import fastify, { type FastifyInstance } from 'fastify';
import pg from 'pg';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresCheckpointStore } from '../../apps/api/src/adapters/postgres/log/postgres-checkpoint-store.js';
import { PostgresEntryIndex } from '../../apps/api/src/adapters/postgres/log/postgres-entry-index.js';
import { PostgresLogReader } from '../../apps/api/src/adapters/postgres/log/postgres-log-reader.js';
import { PostgresLogTiles } from '../../apps/api/src/adapters/postgres/log/postgres-log-tiles.js';
import { PostgresProjection } from '../../apps/api/src/adapters/postgres/log/postgres-projection.js';
import { FakeKeyRing } from '../../apps/api/src/decide/tokens/key-ring.fake.js';
import { createEvidence } from '../../apps/api/src/evidence/create-evidence.js';
import { SteadyClock } from '../../apps/api/src/platform/clock.js';
import { Authenticator } from '../../apps/api/src/platform/http/authenticator.js';
import type { SessionCredential } from '../../apps/api/src/platform/http/credential.js';
import { prepareServer, serverOptions } from '../../apps/api/src/platform/http/server.js';
import type { FactsRegister, Pep } from '../../apps/api/src/registers/facts.ports.js';
import { createDatabase } from './postgres.js';

export const PUBLIC_URL = 'https://broker.example:8443';

/** The evidence door with everything behind it, on a real database with the tenants `acme` and `globex`. */
export async function openEvidence() {
  const target = await createDatabase();
  const database = new Database({ url: target.url, poolSize: 6 });
  for (const tenantId of ['acme', 'globex']) await addTenant(database, tenantId);
  const audit = new PostgresAuditLog(database);
  const keys = new FakeKeyRing();
  const ports = {
    audit,
    reader: new PostgresLogReader(database),
    index: new PostgresEntryIndex(database),
    projection: new PostgresProjection(database),
    tiles: new PostgresLogTiles(database),
    checkpoints: new PostgresCheckpointStore(database),
    keys,
    facts: factsStub(),
    clock: new SteadyClock(),
    faults: { report: () => undefined },
    settings: { publicUrl: PUBLIC_URL, checkpointIntervalMs: 50, version: '0.0.0-test' },
  };
  const parts = createEvidence(ports);
  return {
    ...parts,
    ports,
    keyRing: keys,
    target,
    database,
    audit,
    /** Runs statements as the owner of the tables, whom the append-only triggers stop only while they are enabled. */
    asOwner: (...statements: string[]) => runAll(target.url, statements),
    /** Appends, projects and signs: what a running broker does within a second. */
    publish: async (entries: readonly LogEntry[], tenantId = 'acme') => {
      const logged = await audit.append(tenantId, entries);
      while (await ports.projection.advance(tenantId));
      while (await ports.tiles.advance(tenantId));
      await parts.signer.sign(tenantId);
      return logged;
    },
    close: async () => {
      await audit.close();
      await database.close();
      await target.drop();
    },
  };
}

export type EvidenceHarness = Awaited<ReturnType<typeof openEvidence>>;

/** A server with the evidence routes; credentials: `admin-token`, `acme-key` (a PEP), `globex-key`, a session of an auditor. */
export async function serveEvidence({ routes, ports }: EvidenceHarness): Promise<FastifyInstance> {
  const server = fastify(serverOptions(1_048_576));
  const authenticator = new Authenticator({
    facts: ports.facts,
    sessions: { find: (cookie) => Promise.resolve(SESSIONS[cookie]) },
    adminToken: 'admin-token',
    origin: PUBLIC_URL,
  });
  prepareServer(server, authenticator);
  routes.register(server);
  await server.ready();
  return server;
}

const SESSIONS: Readonly<Record<string, SessionCredential>> = {
  'acme.aude': sessionOf('aude', ['auditor']),
  'acme.dana': sessionOf('dana', []),
};

function sessionOf(id: string, roles: string[]): SessionCredential {
  const subject = { type: 'user', id };
  const sessionHash = new Uint8Array(32);
  return {
    kind: 'session',
    tenantId: 'acme',
    subject,
    name: id,
    roles,
    sessionHash,
    expiresAtMs: 0,
  };
}

function factsStub(): FactsRegister {
  const pep = (tenantId: string): Pep => ({
    tenantId,
    name: 'gateway',
    kind: 'gateway',
    mode: 'enforce',
    trustedProperties: undefined,
    explain: false,
    strict: false,
    routes: [],
  });
  return {
    tenantIds: () => ['acme', 'globex'],
    pepByKey: (key: string) =>
      key === 'acme-key' ? pep('acme') : key === 'globex-key' ? pep('globex') : undefined,
    apiToken: () => undefined,
  } as unknown as FactsRegister;
}

async function addTenant(database: Database, tenantId: string): Promise<void> {
  await database.rawTx(tenantId, (tx) =>
    tx.query(`INSERT INTO tenants (id, display_name, settings) VALUES ($1, $1, '{}')`, [tenantId]),
  );
}

async function runAll(url: string, statements: readonly string[]): Promise<void> {
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  try {
    for (const statement of statements) await owner.query(statement);
  } finally {
    await owner.end();
  }
}
