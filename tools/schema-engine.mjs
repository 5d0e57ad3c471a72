/**
 * Prisma's schema engine as WASM, over a `pg` pool: what `prisma migrate` does, without the native binary that it downloads.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** Runs `work(engine)` on the database, and leaves no session behind. */
export async function withEngine(databaseUrl, work) {
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
