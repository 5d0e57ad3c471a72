import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../tools/embedded-postgres.mjs';
import { migrate } from '../../tools/migrate.mjs';
import { cpuOfServer } from './postgres-cpu.mjs';
import { encodedDecision } from './sample-decision.mjs';
const { Database } = await import('../../apps/api/dist/adapters/postgres/database.js');
const { PostgresAuditLog } =
  await import('../../apps/api/dist/adapters/postgres/log/postgres-audit-log.js');
const { PostgresProjection } =
  await import('../../apps/api/dist/adapters/postgres/log/postgres-projection.js');
const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
const server = await startPostgres({ directory });
const url = server.url();
await migrate(url);
const database = new Database({ url, poolSize: 4 });
const log = new PostgresAuditLog(database);
if (process.argv[2]) {
  const pg = (await import('pg')).default;
  const c = new pg.Client({ connectionString: url });
  await c.connect();
  await c.query(process.argv[2]);
  await c.end();
}
const N = 60000;
for (let i = 0; i < N; i += 500)
  await log.appendEncoded(
    'acme',
    Array.from({ length: 500 }, (_, k) => encodedDecision(i + k)),
  );
const p = new PostgresProjection(database);
const c0 = process.cpuUsage(),
  s0 = cpuOfServer(server.pid),
  t = performance.now();
while (await p.advance('acme'));
const c = process.cpuUsage(c0);
console.log(
  'node us/entry',
  ((c.user + c.system) / N).toFixed(2),
  'pg us/entry',
  ((cpuOfServer(server.pid) - s0) / N).toFixed(2),
  'wall us/entry',
  (((performance.now() - t) * 1000) / N).toFixed(1),
);
const { rows } = await database.pool.query(
  `select relname, pg_relation_size(oid)/${N} as b from pg_class where relname like 'log_records%' order by 2 desc`,
);
console.log(rows.map((r) => r.relname + ' ' + r.b).join(', '));
await log.close();
await database.close();
await server.stop();
rmSync(directory, { recursive: true, force: true });
