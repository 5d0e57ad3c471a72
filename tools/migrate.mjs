/**
 * Migrations without Prisma's native engine: its WASM schema engine, driven through `@prisma/adapter-pg`, writes the same
 * `_prisma_migrations` table as `prisma migrate deploy`, so the two are interchangeable.
 * Usage: `node tools/migrate.mjs [deploy|status|diff]`; deploy and status use
 * SALLYPORT_MIGRATION_DATABASE_URL, else DATABASE_URL. `diff` prints the SQL that leads from
 * the migrations to prisma/schema.prisma (nothing when they agree), on a server of its own unless DATABASE_URL is set.
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runMigrations as migrateQueue } from 'bullmq';
import pg from 'pg';
import { withEngine } from './schema-engine.mjs';

const prismaDir = join(import.meta.dirname, '..', 'prisma');
const noFilters = { externalTables: [], externalEnums: [] };
const queueSchema = 'sallyport_queue';
const lockKey = 5_355_779_016; // any constant: two processes that start at once migrate one after the other

/** Applies what isn't applied yet of prisma/migrations; returns the names applied. `databaseUrl` must be the owner's, not the app role's. */
export async function migrate(databaseUrl, directory = join(prismaDir, 'migrations')) {
  const lock = new pg.Client({ connectionString: databaseUrl });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [lockKey]);
    const applied = await withEngine(databaseUrl, async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: readMigrations(directory),
        filters: noFilters,
      });
      return appliedMigrationNames;
    });
    await prepareQueue(lock);
    return applied;
  } finally {
    await lock.end();
  }
}

/** The queue's own tables, which BullMQ versions by itself; the application role works in them but does not own them. */
async function prepareQueue(client) {
  const { rowCount } = await client.query(`SELECT FROM pg_roles WHERE rolname = 'sallyport_app'`);
  if (rowCount === 0) return; // a toy set of migrations without the broker's roles
  await migrateQueue(client, queueSchema);
  for (const kind of ['TABLES', 'SEQUENCES', 'FUNCTIONS']) {
    await client.query(`GRANT ALL ON ALL ${kind} IN SCHEMA ${queueSchema} TO sallyport_app`);
  }
}

/** What of prisma/migrations is unapplied, failed or edited after it was applied. All empty: the database is up to date. */
export async function migrationStatus(databaseUrl, directory = join(prismaDir, 'migrations')) {
  return withEngine(databaseUrl, async (engine) => {
    const found = await engine.diagnoseMigrationHistory({
      migrationsList: readMigrations(directory),
      optInToShadowDatabase: false,
      filters: noFilters,
    });
    return {
      unapplied: found.history?.unappliedMigrationNames ?? [],
      unknown: found.history?.unpersistedMigrationNames ?? [],
      failed: found.failedMigrationNames,
      edited: found.editedMigrationNames,
    };
  });
}

/** SQL from the migrations to the schema, empty when they agree. Replays the migrations in a shadow database on the same server. */
export async function migrationDiff(
  databaseUrl,
  directory = join(prismaDir, 'migrations'),
  schemaPath = join(prismaDir, 'schema.prisma'),
) {
  const files = [{ path: schemaPath, content: readFileSync(schemaPath, 'utf8') }];
  return withEngine(databaseUrl, async (engine) => {
    const { stdout } = await engine.diff({
      from: { tag: 'migrations', ...readMigrations(directory) },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: noFilters,
    });
    return /^-- This is an empty migration\.\s*$/.test(stdout ?? '') ? '' : (stdout ?? '');
  });
}

function readMigrations(baseDir) {
  const lockfile = join(baseDir, 'migration_lock.toml');
  const names = existsSync(baseDir)
    ? readdirSync(baseDir, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
    : [];
  return {
    baseDir,
    lockfile: {
      path: 'migration_lock.toml',
      content: existsSync(lockfile) ? readFileSync(lockfile, 'utf8') : null,
    },
    shadowDbInitScript: '',
    migrationDirectories: names.sort().map((path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(baseDir, path, 'migration.sql'), 'utf8') },
      },
    })),
  };
}

const given = process.env.SALLYPORT_MIGRATION_DATABASE_URL || process.env.DATABASE_URL;

async function onServer(work) {
  if (given) return work(given);
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-migrate-'));
  const { startPostgres } = await import('./embedded-postgres.mjs');
  const server = await startPostgres({ directory, durable: false });
  try {
    return await work(server.url());
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

const verbs = {
  deploy: async (url) =>
    (await migrate(url)).map((name) => `applied ${name}`).join('\n') || 'nothing to apply',
  status: async (url) => JSON.stringify(await migrationStatus(url), null, 2),
  diff: migrationDiff,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const verb = process.argv[2] ?? 'deploy';
  if (!Object.hasOwn(verbs, verb) || (verb !== 'diff' && !given)) {
    console.error('usage: DATABASE_URL=postgresql://… node tools/migrate.mjs [deploy|status|diff]');
    process.exit(64);
  }
  console.log(await (verb === 'diff' ? onServer((url) => verbs.diff(url)) : verbs[verb](given)));
}
