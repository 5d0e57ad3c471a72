import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { playStories } from '../support/broker-story.js';

jest.setTimeout(60_000);

/** The one table that names its tenants otherwise. */
const TENANTS = { name: 'tenants', column: 'id' };
/** Tables that belong to nobody: bookkeeping of the migrations. */
const OF_NOBODY = ['_prisma_migrations'];

interface Table {
  readonly name: string;
  readonly column: string;
}
type Row = Readonly<Record<string, unknown>>;

describe('the rows of a tenant, for a process that works for another', () => {
  let broker: TestBroker;
  let owner: pg.Client;
  let app: pg.Client;
  let tables: Table[];
  beforeAll(async () => {
    broker = await startInProcess();
    await playStories(broker);
    await broker.client.ok('POST', '/access/v1/evaluation', {
      key: broker.pepKeys.acme,
      json: {
        subject: { type: 'user', id: 'dana@acme.example' },
        action: { name: 'read' },
        resource: { type: 'database', id: 'prod' },
        context: { ip: '84.128.0.1' },
      },
    });
    owner = await connect(broker.database.url);
    tables = await tablesOf(owner);
    await fillEmptyTables(owner, tables);
    app = await connect(broker.database.url);
    await app.query('SET ROLE sallyport_app');
  });
  afterAll(async () => {
    await app.end();
    await owner.end();
    await broker.close();
  });

  /** Runs a statement as the application does for a tenant, and takes it back. Resolves to its rows or its SQL state. */
  const as = async (tenant: string | undefined, text: string, values: unknown[] = []) => {
    await app.query('BEGIN');
    try {
      if (tenant !== undefined)
        await app.query(`SELECT set_config('sallyport.tenant', $1, true)`, [tenant]);
      const { rows, rowCount } = await app.query<Row>(text, values);
      return { rows, changed: rowCount ?? 0, refused: undefined };
    } catch (error) {
      return { rows: [], changed: 0, refused: (error as { code: string }).code };
    } finally {
      await app.query('ROLLBACK');
    }
  };

  it('lie in tables that all know their tenant', async () => {
    const { rows } = await owner.query<{ name: string; rls: boolean }>(
      `SELECT relname AS name, relrowsecurity AS rls FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm', 'v') ORDER BY 1`,
    );
    const known = [...tables.map(({ name }) => name), ...OF_NOBODY];
    expect(rows.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
    const open = rows.filter(({ name, rls }) => !rls && !OF_NOBODY.includes(name));
    expect(open).toEqual([]);
    expect(tables.length).toBeGreaterThan(20);
  });

  it('are there, in every table', async () => {
    for (const { name, column } of tables) {
      const { rows } = await owner.query(`SELECT FROM "${name}" WHERE "${column}" = 'acme'`);
      expect([name, rows.length > 0]).toEqual([name, true]);
      const own = await as('acme', `SELECT FROM "${name}"`);
      // The log may have grown since.
      expect([name, own.changed >= rows.length]).toEqual([name, true]);
    }
  });

  it.each([
    ['another tenant', 'other'],
    ['no tenant', undefined],
    ['a tenant that is not there', 'nobody'],
    ['the pseudo tenant of the instance', '_instance'],
    ['a name that looks like SQL', `acme' OR '1'='1`],
  ])('are invisible to %s', async (_who, tenant) => {
    for (const { name, column } of tables) {
      const { rows, refused } = await as(tenant, `SELECT "${column}" AS tenant FROM "${name}"`);
      expect([name, refused]).toEqual([name, undefined]);
      expect([name, rows.filter((row) => row['tenant'] !== tenant)]).toEqual([name, []]);
    }
  });

  it('cannot be written by another tenant', async () => {
    for (const { name, column } of tables) {
      const { rows } = await owner.query<{ row: object }>(
        `SELECT to_jsonb(t) AS row FROM "${name}" t WHERE "${column}" = 'acme' LIMIT 1`,
      );
      const insert = `INSERT INTO "${name}" SELECT * FROM jsonb_populate_record(null::"${name}", $1)`;
      const copy = await as('other', insert, [JSON.stringify(rows[0]?.row)]);
      // Row-level security answers before a duplicate key would tell that the row exists.
      expect([name, copy.refused]).toEqual([name, '42501']);
      for (const statement of [
        `UPDATE "${name}" SET "${column}" = "${column}" WHERE "${column}" = 'acme'`,
        `DELETE FROM "${name}" WHERE "${column}" = 'acme'`,
      ]) {
        const { changed, refused } = await as('other', statement);
        expect([statement, changed]).toEqual([statement, 0]);
        expect([statement, [undefined, '42501'].includes(refused)]).toEqual([statement, true]);
      }
    }
  });

  it('cannot be made by giving own rows away', async () => {
    for (const { name, column } of tables) {
      const give = await as('other', `UPDATE "${name}" SET "${column}" = 'acme'`);
      const { changed } = await as('other', `SELECT FROM "${name}"`);
      const what = `${name} (${changed} own rows)`;
      if (changed > 0) expect([what, give.refused]).toEqual([what, '42501']);
    }
  });

  it('are guarded by a role that cannot step aside', async () => {
    const { rows } = await owner.query(
      `SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'sallyport_app'`,
    );
    expect(rows).toEqual([
      { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false },
    ]);
    const { rows: owned } = await owner.query(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
         AND relowner = 'sallyport_app'::regrole`,
    );
    expect(owned).toEqual([]);
    const { refused } = await as('other', 'ALTER TABLE grants DISABLE ROW LEVEL SECURITY');
    expect(refused).toBe('42501');
    const functions = await owner.query<{ name: string }>(
      `SELECT proname AS name FROM pg_proc
       WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1`,
    );
    // Whoever adds a function that sees past the tenant must look at this test.
    expect(functions.rows.map(({ name }) => name)).toEqual(['sallyport_tenant_versions']);
  });
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function tablesOf(owner: pg.Client): Promise<Table[]> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY 1`,
  );
  return [...rows.map(({ name }) => ({ name, column: 'tenant_id' })), TENANTS];
}

/** What the stories left empty gets a row of acme with something in every column. */
async function fillEmptyTables(owner: pg.Client, tables: readonly Table[]): Promise<void> {
  for (const { name, column } of tables) {
    const { rowCount } = await owner.query(`SELECT FROM "${name}" WHERE "${column}" = 'acme'`);
    if (rowCount !== 0) continue;
    const { rows } = await owner.query<{ column: string; type: string }>(
      `SELECT column_name AS column, data_type AS type FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = $1`,
      [name],
    );
    const values: Record<string, unknown> = {};
    for (const { column: member, type } of rows) values[member] = sample(type);
    values[column] = 'acme';
    const insert = `INSERT INTO "${name}" SELECT * FROM jsonb_populate_record(null::"${name}", $1)`;
    await owner.query(insert, [JSON.stringify(values)]);
  }
}

function sample(type: string): unknown {
  if (type === 'jsonb') return {};
  if (type === 'ARRAY') return [];
  if (type === 'boolean') return false;
  if (type === 'bigint' || type === 'integer') return 0;
  if (type.startsWith('timestamp')) return '2026-01-01T00:00:00Z';
  return type === 'bytea' ? '\\x00' : 'sample';
}
