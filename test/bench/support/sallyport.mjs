/** The built Sallyport as production runs it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brokerFlags } from '../../../tools/broker-flags.mjs';
import { freePort } from '../../../tools/embedded-postgres.mjs';
import { startDatabase } from './database.mjs';
import { cpuMicros, residentBytes } from './processes.mjs';
import { runProgram, startNode } from './programs.mjs';
import { withClient } from './with-client.mjs';

const root = join(import.meta.dirname, '../../..');
const pepKey = 'bench-enforcement-point-key';
const checkpointDeadlineMs = 60_000;

/**
 * Starts the API on a database, its own if none is given. `env` adds settings, such as SALLYPORT_WORKERS. With `isSplit` the queues
 * run in a process of their own, as in docker-compose.yml.
 * @returns {Promise<Sallyport>}
 * @typedef {{ baseUrl: string, adminToken: string, pepKey: string, pid: number, database: { url: string, pid: number },
 *   apply(files: Record<string, string>): Promise<string>, logSize(tenant: string, atLeast: number): Promise<number>,
 *   searchLag(): Promise<number>,
 *   cpu(): { server: number, worker: number, postgres: number }, residentBytes(): number }} Sallyport
 *   `pepKey`: the key to put into peps.yaml as `${SALLYPORT_BENCH_KEY}`; `cpu`: microseconds so far, of the worker only where it is split off; `searchLag`: entries
 *   without a search row.
 */
export async function startSallyport(cleanup, { database, env = {}, isSplit = false } = {}) {
  const place = database ?? (await startDatabase(cleanup));
  const adminToken = randomBytes(32).toString('base64url');
  const shared = {
    NODE_ENV: 'production',
    SALLYPORT_PROFILE: 'production',
    SALLYPORT_PUBLIC_URL: 'https://access.bench.example',
    SALLYPORT_HOST: '127.0.0.1',
    SALLYPORT_LOG_LEVEL: 'warn',
    SALLYPORT_ADMIN_TOKEN: adminToken,
    SALLYPORT_MASTER_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: place.url,
    ...env,
  };
  const start = async (roles) => {
    const port = await freePort();
    const { pid } = await startNode(cleanup, {
      script: 'apps/api/dist/main.js',
      flags: brokerFlags,
      cwd: root,
      env: { ...shared, ...roles, SALLYPORT_PORT: String(port) },
    });
    return { pid, baseUrl: `http://127.0.0.1:${port}` };
  };
  const { pid, baseUrl } = await start(isSplit ? { SALLYPORT_ROLES: 'main' } : {});
  const worker = isSplit ? await start({ SALLYPORT_ROLES: 'worker' }) : undefined;
  return {
    baseUrl,
    adminToken,
    pepKey,
    pid,
    database: place,
    apply: (files) => apply(files, { baseUrl, adminToken }),
    logSize: (tenant, atLeast) => logSize(tenant, atLeast, { baseUrl, adminToken }),
    searchLag: () => searchLag(place.url),
    cpu: () => ({
      server: cpuMicros(pid),
      worker: worker === undefined ? 0 : cpuMicros(worker.pid),
      postgres: cpuMicros(place.pid),
    }),
    residentBytes: () => residentBytes(pid),
  };
}

/** `sallyport apply --yes` on a directory with these files (content by path). Resolves to what it printed. */
async function apply(files, { baseUrl, adminToken }) {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-tenant-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return await runProgram(
      process.execPath,
      [join(root, 'apps/cli/bin/sallyport.mjs'), 'apply', directory, '--yes'],
      {
        env: { SALLYPORT_URL: baseUrl, SALLYPORT_TOKEN: adminToken, SALLYPORT_BENCH_KEY: pepKey },
      },
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/**
 * The size in the tenant's signed checkpoint, once it is at least `atLeast` and no longer grows. Throws when it doesn't get there:
 * what was answered and isn't under a checkpoint is a lost decision.
 */
async function logSize(tenant, atLeast, { baseUrl, adminToken }) {
  let last = -1;
  for (const deadline = Date.now() + checkpointDeadlineMs; Date.now() < deadline;) {
    const answer = await fetch(`${baseUrl}/log/${tenant}/checkpoint`, {
      headers: { authorization: `Bearer ${adminToken}` },
    });
    const text = await answer.text();
    // 404: none was published yet.
    if (!answer.ok && answer.status !== 404)
      throw new Error(`checkpoint of ${tenant}: ${answer.status} ${text}`);
    const size = answer.ok ? Number(text.split('\n')[1]) : -1;
    if (size >= atLeast && size === last) return size;
    last = size;
    await sleep(2_500);
  }
  throw new Error(`the log of ${tenant} stays at ${last} entries; ${atLeast} were answered`);
}

async function searchLag(connectionString) {
  const { rows } = await withClient(connectionString, (client) =>
    client.query(
      `SELECT coalesce(sum(size - coalesce(next_index, 0)), 0)::float8 AS lag
       FROM log_heads LEFT JOIN log_cursors USING (tenant_id)`,
    ),
  );
  return rows[0].lag;
}
