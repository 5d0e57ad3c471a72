/**
 * How many decisions a second become durable in one tenant's log, on a real PostgreSQL with fsync on.
 * Usage: `node tools/build.mjs && node test/bench/append.mjs [callers=64] [seconds=5]`; DATABASE_URL names another, migrated server.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../tools/embedded-postgres.mjs';
import { migrate } from '../../tools/migrate.mjs';

const [callers = 64, seconds = 5] = process.argv.slice(2).map(Number);
const { Database } = await import('../../apps/api/dist/adapters/postgres/database.js');
const { PostgresAuditLog } =
  await import('../../apps/api/dist/adapters/postgres/log/postgres-audit-log.js');

const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
const server = process.env.DATABASE_URL ? undefined : await startPostgres({ directory });
const url = process.env.DATABASE_URL ?? server.url();
if (server) await migrate(url);
const database = new Database({ url, poolSize: 4 });
const log = new PostgresAuditLog(database);

const decision = (n) => ({
  type: 'decision',
  id: `01890a5d-ac96-774b-bcce-${String(n).padStart(12, '0')}`,
  time: '2026-11-22T10:00:00.000Z',
  actor: 'pep:acme-gateway',
  decision: false,
  subject: { type: 'user', id: 'dana@acme.example' },
  action: 'read',
  resource: { type: 'database', id: 'prod' },
  pep: 'acme-gateway',
  mode: 'enforce',
  reasons: ['no-matching-policy', 'grant-missing'],
  determining: [],
  erroring: [],
  obligations: [],
  policyVersion: '3f5a2c9e6d1b4a70c8e2f91b7d3a6c5e4f0b8d2a1c9e7f6b5a4d3c2b1a0f9e8d',
  facts: {
    nowMs: 1795341600000,
    authn: { method: 'asserted', verified: false },
    device: {
      id: 'dana-laptop',
      managed: true,
      compliant: true,
      os: 'macos',
      osVersion: '26.1',
      diskEncrypted: true,
      checkedAtMs: 1795341000000,
      freshUntilMs: 1795344600000,
    },
    network: { ip: '91.12.0.1', country: 'DE', continent: 'EU' },
    risk: { score: 5, level: 'low', reasons: [] },
    grants: [],
    missing: ['grant-missing'],
    registerVersion: 42,
  },
  request: {
    subject: { type: 'user', id: 'dana@acme.example' },
    action: { name: 'read' },
    resource: { type: 'database', id: 'prod' },
    context: { ip: '91.12.0.1', device_id: 'dana-laptop' },
  },
  durationMicros: 180,
});

let count = 0;
const latencies = [];
async function caller(until) {
  while (performance.now() < until) {
    const started = performance.now();
    await log.append('acme', [decision(count)]);
    latencies.push(performance.now() - started);
    count += 1;
  }
}
await Promise.all(Array.from({ length: callers }, () => caller(performance.now() + 2_000)));
count = 0;
latencies.length = 0;
const started = performance.now();
const cpu = process.cpuUsage();
await Promise.all(Array.from({ length: callers }, () => caller(started + seconds * 1_000)));
const elapsed = (performance.now() - started) / 1_000;
const { user, system } = process.cpuUsage(cpu);
latencies.sort((a, b) => a - b);
const at = (share) => latencies[Math.floor(latencies.length * share)].toFixed(2);
console.log(
  `${Math.round(count / elapsed)} durable entries/s at ${callers} callers; ms p50 ${at(0.5)} p99 ${at(0.99)}; own CPU ${((user + system) / 1e6 / elapsed).toFixed(2)} cores`,
);

await log.close();
await database.close();
await server?.stop();
rmSync(directory, { recursive: true, force: true });
