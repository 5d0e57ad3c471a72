/** A PostgreSQL as one that has run for a while: it really syncs to the disk, and has files for its write-ahead log. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseSettings } from '../../../tools/database-settings.mjs';
import { startPostgres } from '../../../tools/embedded-postgres.mjs';
import { migrate } from '../../../tools/migrate.mjs';
import { withClient } from './with-client.mjs';

/** More than are written until a checkpoint, which leaves them to be written again. */
const walFiles = 40;

/**
 * Starts it with the migrations applied. `dropped` with the cleanup.
 * @returns {Promise<{ url: string, pid: number }>}
 */
export async function startDatabase(cleanup) {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-pg-'));
  cleanup.defer(() => rmSync(directory, { recursive: true, force: true }));
  const server = await startPostgres({ directory, settings: databaseSettings });
  cleanup.defer(() => server.stop());
  await migrate(server.url());
  await withClient(server.url(), leaveWalFiles);
  return { url: server.url(), pid: server.pid };
}

/** A fresh server makes each file when it needs it: 16 MiB of zeros and a sync, in which nothing else becomes durable. */
async function leaveWalFiles(client) {
  for (let n = 0; n < walFiles; n += 1) {
    await client.query(`SELECT pg_logical_emit_message(false, 'bench', '')`); // at the start of a file nothing is switched
    await client.query('SELECT pg_switch_wal()');
  }
  await client.query('CHECKPOINT');
}
