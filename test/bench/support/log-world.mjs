/** The log and all that reads it, from the built API, on a PostgreSQL of its own with fsync on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../../tools/embedded-postgres.mjs';
import { migrate } from '../../../tools/migrate.mjs';

const api = '../../../apps/api/dist';
const PUBLIC_URL = 'https://broker.example';

/** @param {import('./contract.d.ts').Cleanup} cleanup */
export async function openLogWorld(cleanup) {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  cleanup.defer(() => rmSync(directory, { recursive: true, force: true }));
  const server = await startPostgres({ directory });
  cleanup.defer(() => server.stop());
  const url = server.url();
  await migrate(url);
  const { Database } = await import(`${api}/adapters/postgres/database.js`);
  const { PostgresAuditLog } = await import(`${api}/adapters/postgres/log/postgres-audit-log.js`);
  // A fill in large segments may take longer than a decision may.
  const database = new Database({ url, poolSize: 4, statementTimeoutMs: 600_000 });
  cleanup.defer(() => database.close());
  const audit = new PostgresAuditLog(database, { maxBatchEntries: 4_096, timeoutMs: 60_000 });
  cleanup.defer(() => audit.close());
  const ports = await portsOf(database, audit);
  const { createEvidence } = await import(`${api}/evidence/create-evidence.js`);
  return { database, server, audit, ports, createEvidence: () => createEvidence(ports) };
}

async function portsOf(database, audit) {
  const adapter = async (path, name) =>
    new (await import(`${api}/adapters/${path}.js`))[name](database);
  const log = 'postgres/log';
  const { PostgresKeyRing } = await import(`${api}/adapters/keys/postgres-key-ring.js`);
  const { SteadyClock } = await import(`${api}/platform/clock.js`);
  const clock = new SteadyClock();
  return {
    audit,
    reader: await adapter(`${log}/postgres-log-reader`, 'PostgresLogReader'),
    index: await adapter(`${log}/postgres-entry-index`, 'PostgresEntryIndex'),
    projection: await adapter(`${log}/postgres-projection`, 'PostgresProjection'),
    tiles: await adapter(`${log}/postgres-log-tiles`, 'PostgresLogTiles'),
    checkpoints: await adapter(`${log}/postgres-checkpoint-store`, 'PostgresCheckpointStore'),
    keys: new PostgresKeyRing({ database, masterKey: new Uint8Array(32).fill(7), clock }),
    facts: { tenantIds: () => [] },
    clock,
    faults: { report: (event, error) => console.error(event, error) },
    settings: { publicUrl: PUBLIC_URL, checkpointIntervalMs: 1_000, version: 'bench' },
  };
}
