/**
 * How many decisions a second become durable in one tenant's log, on a real PostgreSQL with fsync on, and what each costs
 * in CPU here and in Postgres. Entries come encoded, as the decision door hands them over.
 * Usage: `node tools/build.mjs && node test/bench/append.mjs [callers=64] [seconds=5]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../tools/embedded-postgres.mjs';
import { migrate } from '../../tools/migrate.mjs';
import { cpuOfServer } from './support/postgres-cpu.mjs';
import { encodedDecision } from './support/sample-decision.mjs';

const [callers = 64, seconds = 5] = process.argv.slice(2).map(Number);
const { Database } = await import('../../apps/api/dist/adapters/postgres/database.js');
const { PostgresAuditLog } =
  await import('../../apps/api/dist/adapters/postgres/log/postgres-audit-log.js');

const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
const server = await startPostgres({ directory });
const url = server.url();
await migrate(url);
const database = new Database({ url, poolSize: 4 });
const log = new PostgresAuditLog(database);

const entries = Array.from({ length: 4_096 }, (_, n) => encodedDecision(n));
let count = 0;
// Allocated once: what the measure itself leaves to collect would be counted against the log.
const latencies = new Float64Array(4_000_000);
async function caller(until) {
  for (let now = performance.now(); now < until;) {
    await log.appendEncoded('acme', [entries[count % entries.length]]);
    const done = performance.now();
    latencies[count++] = done - now;
    now = done;
  }
}
await Promise.all(Array.from({ length: callers }, () => caller(performance.now() + 2_000)));
count = 0;
const before = { own: process.cpuUsage(), server: cpuOfServer(server.pid), wal: await walNow() };
const started = performance.now();
await Promise.all(Array.from({ length: callers }, () => caller(started + seconds * 1_000)));
const elapsedMs = performance.now() - started;
const own = process.cpuUsage(before.own);
const serverMicros = cpuOfServer(server.pid) - before.server;
const wal = await walNow();
const sorted = latencies.subarray(0, count).sort();
const at = (share) => `${sorted[Math.floor(count * share)].toFixed(2)} ms`;
const perEntry = (total) => (total / count).toFixed(2);
console.table({
  'durable entries/s': Math.round((count / elapsedMs) * 1_000),
  callers,
  'entries a segment': perSegment(),
  'bytes an entry': Buffer.byteLength(entries[0]),
  p50: at(0.5),
  p99: at(0.99),
  'own CPU µs/entry': perEntry(own.user + own.system),
  'Postgres CPU µs/entry': perEntry(serverMicros),
  'WAL bytes/entry': perEntry(Number(wal.bytes - before.wal.bytes)),
});

function perSegment() {
  return (count / Number(wal.segments - before.wal.segments)).toFixed(1);
}

async function walNow() {
  const { rows } = await database.rawTx('acme', async (tx) => ({
    rows: await tx.query(
      `SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes, (SELECT count(*) FROM log_segments) AS segments`,
    ),
  }));
  return rows[0];
}

await log.close();
await database.close();
await server.stop();
rmSync(directory, { recursive: true, force: true });
