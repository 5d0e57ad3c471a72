/**
 * How long a committed revocation takes until every process sees it: one writer and several readers, each a process of its own, on a real
 * PostgreSQL with fsync on. Usage: `node tools/build.mjs && node test/bench/feed.mjs [readers=3] [revocations=500]`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const api = '../../apps/api/dist';
const { Database } = await import(`${api}/adapters/postgres/database.js`);
const now = () => Number(process.hrtime.bigint()) / 1e6; // one monotonic clock for all processes of the machine

if (process.argv[2] === '--reader') await read(process.argv[3]);
else await measure(...process.argv.slice(2).map(Number));

async function read(url) {
  const { PostgresFactsSource } = await import(
    `${api}/adapters/postgres/registers/postgres-facts.js`
  );
  const { MemoryFactsRegister } = await import(`${api}/registers/memory-facts.js`);
  const database = new Database({ url, poolSize: 4 });
  const source = new PostgresFactsSource(database, url);
  const facts = new MemoryFactsRegister({
    source,
    policies: undefined,
    clock: { nowMs: Date.now },
    report: console.error,
  });
  facts.onChange(({ kind, key: [id] }) => {
    if (kind !== 'grant') return;
    const isHeld = facts
      .tenant('acme')
      .grantsOf({ type: 'user', id: 'dana' })
      .some((grant) => grant.id === id);
    if (!isHeld) process.send({ id, atMs: now() });
  });
  await facts.start();
  process.send('ready');
  process.on('disconnect', async () => {
    await facts.stop();
    await database.close();
  });
}

async function measure(readers = 3, revocations = 500) {
  const { startPostgres } = await import('../../tools/embedded-postgres.mjs');
  const { migrate } = await import('../../tools/migrate.mjs');
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const server = await startPostgres({ directory });
  await migrate(server.url());
  const database = new Database({ url: server.url(), poolSize: 4 });
  await database.rawTx('acme', (tx) =>
    tx.query(`INSERT INTO tenants (id, display_name, settings) VALUES ('acme', 'Acme', '{}')`),
  );
  const children = Array.from({ length: readers }, () =>
    fork(fileURLToPath(import.meta.url), ['--reader', server.url()]),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  const samples = [];
  for (let n = 0; n < revocations; n += 1)
    samples.push(await revokeOnce(database, children, `g${n}`));
  for (const child of children) child.disconnect();
  await Promise.all(children.map((child) => once(child, 'exit')));
  await database.close();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
  report(
    'from the call that revokes to the last process',
    samples.map(({ called, seen }) => seen - called),
  );
  report(
    'from the commit to the last process',
    samples.map(({ committed, seen }) => Math.max(0, seen - committed)),
  );
}

async function revokeOnce(database, children, id) {
  await database.rawTx('acme', (tx) =>
    tx.query(
      `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
       VALUES ('acme', $1, 'r', 'user', 'dana', 'role', 'reader', now(), now() + interval '1 hour', 'active')`,
      [id],
    ),
  );
  const sightings = Promise.all(
    children.map((child) => once(child, 'message').then(([message]) => message.atMs)),
  );
  const called = now();
  await database.rawTx('acme', (tx) =>
    tx.query(`UPDATE grants SET state = 'revoked' WHERE id = $1`, [id]),
  );
  const committed = now();
  return { called, committed, seen: Math.max(...(await sightings)) };
}

function report(what, values) {
  const sorted = values.sort((a, b) => a - b);
  const at = (share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(2);
  console.log(
    `${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms (${sorted.length} revocations)`,
  );
}
