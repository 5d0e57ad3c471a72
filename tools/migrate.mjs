/**
 * Migrations without Prisma's native engine: its WASM schema engine, driven through `@prisma/adapter-pg`, writes the same
 * `_prisma_migrations` table as `prisma migrate deploy`, so the two are interchangeable.
 * Usage: `node tools/migrate.mjs [deploy|status|diff]`; deploy and status use DATABASE_URL. `diff` prints the SQL that leads from
 * the migrations to prisma/schema.prisma (nothing when they agree), on a server of its own unless DATABASE_URL is set.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startPostgres } from './embedded-postgres.mjs';

const prismaDir = join(import.meta.dirname, '..', 'prisma');
const noFilters = { externalTables: [], externalEnums: [] };
const lockKey = 5_355_779_016; // any constant: two processes that start at once migrate one after the other

/** Applies what isn't applied yet of prisma/migrations; returns the names applied. `databaseUrl` must be the owner's, not the app role's. */
export async function migrate(databaseUrl, directory = join(prismaDir, 'migrations')) {
  const lock = new pg.Client({ connectionString: databaseUrl });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [lockKey]);
    return await withEngine(databaseUrl, async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: readMigrations(directory),
        filters: noFilters,
      });
      return appliedMigrationNames;
    });
  } finally {
    await lock.end();
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

async function withEngine(databaseUrl, work) {
  const { SchemaEngine } = await loadEngine();
  const sessions = new EngineSessions(databaseUrl);
  const datamodels = [['schema.prisma', 'datasource db { provider = "postgresql" }']];
  const engine = await SchemaEngine.new(
    { datamodels },
    () => {},
    bindMigrationAwareSqlAdapterFactory(sessions),
  );
  try {
    return await work(engine);
  } finally {
    engine.free();
    await sessions.end();
  }
}

/** The engine never ends its sessions: its advisory lock would outlive the call, and the shadow database could not be dropped. */
class EngineSessions extends PrismaPg {
  #pools;
  #shadow;

  constructor(connectionString) {
    const pool = new pg.Pool({ connectionString });
    super(pool);
    this.#pools = [pool];
  }

  async connect() {
    return forMigrations(await super.connect(), this.#pools[0]);
  }

  async connectToShadowDb() {
    const [main] = this.#pools;
    const { user, password, host, port, ssl } = new pg.Client(main.options);
    this.#shadow = `sallyport_shadow_${randomUUID().replaceAll('-', '')}`;
    await main.query(`CREATE DATABASE ${this.#shadow} TEMPLATE template0`);
    this.#pools.push(new pg.Pool({ user, password, host, port, ssl, database: this.#shadow }));
    return forMigrations(await new PrismaPg(this.#pools[1]).connect(), this.#pools[1]);
  }

  async end() {
    const [main, shadow] = this.#pools;
    await shadow?.end();
    if (this.#shadow) await main.query(`DROP DATABASE ${this.#shadow}`);
    await main.end();
  }
}

/** The adapter was made for queries: it splits scripts at every semicolon, and refuses PostgreSQL's internal type "char". */
function forMigrations(adapter, pool) {
  adapter.executeScript = async (script) => void (await pool.query(script));
  const performIO = adapter.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  const charColumns = new WeakMap();
  adapter.performIO = async (query) => {
    const result = await performIO(query);
    const chars = result.fields.flatMap(({ dataTypeID }, index) =>
      dataTypeID === pg.types.builtins.CHAR ? [index] : [],
    );
    charColumns.set(query, chars);
    for (const index of chars) result.fields[index].dataTypeID = pg.types.builtins.TEXT;
    return result;
  };
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const index of charColumns.get(query) ?? [])
      result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
  return adapter;
}

/** The package's entry imports its .wasm file as a module, which Node 20 can't; this does the same by hand, once: its memory is global. */
let loading;
const loadEngine = () => (loading ??= instantiateEngine());

async function instantiateEngine() {
  globalThis.PRISMA_WASM_PANIC_REGISTRY ??= {
    set_message: (message) => console.error(`schema engine: ${message}`),
  };
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const binary = readFileSync(
    fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm')).replace(/\.js$/, '_bg.wasm'),
  );
  const imports = { ...bindings };
  // The engine leaves its 10 s lock timer behind; no process should wait for that.
  for (const name of Object.keys(imports).filter((key) => key.startsWith('__wbg_setTimeout_')))
    imports[name] = (...args) => bindings[name](...args).unref();
  const { instance } = await WebAssembly.instantiate(binary, { './schema_engine_bg.js': imports });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}

async function onServer(work) {
  if (process.env.DATABASE_URL) return work(process.env.DATABASE_URL);
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-migrate-'));
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
  if (!Object.hasOwn(verbs, verb) || (verb !== 'diff' && !process.env.DATABASE_URL)) {
    console.error('usage: DATABASE_URL=postgresql://… node tools/migrate.mjs [deploy|status|diff]');
    process.exit(64);
  }
  console.log(
    await (verb === 'diff'
      ? onServer((url) => verbs.diff(url))
      : verbs[verb](process.env.DATABASE_URL)),
  );
}
