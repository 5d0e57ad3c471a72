import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../tools/embedded-postgres.mjs';
import { migrate } from '../../tools/migrate.mjs';

/** Jest globalSetup: one real PostgreSQL for the run, with the migrations applied once, to a database that tests copy. */
export default async function startTestPostgres() {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-test-pg-'));
  const server = await startPostgres({ directory, durable: false, maxConnections: 400 });
  globalThis.testPostgres = { server, directory };
  const admin = new pg.Client({ connectionString: server.url() });
  await admin.connect();
  await admin.query('CREATE DATABASE migrated');
  await migrate(server.url('migrated'));
  await admin.query('ALTER DATABASE migrated WITH IS_TEMPLATE true ALLOW_CONNECTIONS false');
  await admin.end();
  // Not SALLYPORT_…: tests hand their environment on to the broker, which refuses names it doesn't know.
  process.env.TEST_POSTGRES_URL = server.url();
}
