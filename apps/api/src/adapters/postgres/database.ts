import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { TenantTx } from '../../platform/sql.js';
import { answerOf, UnansweredError } from './answer-of.js';
import { PrismaClient, type Prisma } from './generated/client.js';
import { ReadyConnections, type ReadyOptions } from './ready-connections.js';

/** A tenant transaction of the control plane: typed access through Prisma, and plain SQL on the same connection. */
export interface PrismaTenantTx extends TenantTx {
  readonly prisma: Prisma.TransactionClient;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly applicationName?: string;
  readonly statementTimeoutMs?: number;
  /** Connections for plain SQL that are kept open, and used before anybody waits for them. */
  readonly ready?: ReadyOptions;
}

/** The role that row-level security binds; made by the migrations. */
const APP_ROLE = 'sallyport_app';
const BIGINT_OID = 20;
/** No tenant's name is empty. */
const NO_TENANT = '';
/** Asked every second: on a connection that leads nowhere the next one would wait behind it. */
const TENANT_VERSIONS = 'SELECT id, version FROM sallyport_tenant_versions()';
const TENANT_VERSIONS_MS = 3_000;

/**
 * Every way into Postgres: two pools on one server, both working as the application role.
 * The hot path (log, facts) uses `pg` directly; the control plane uses Prisma.
 */
export class Database {
  readonly pool: pg.Pool;
  private readonly prismaPool: pg.Pool;
  private readonly prisma: PrismaClient;
  private readonly ready: ReadyConnections | undefined;
  private readonly answerMs: number;

  constructor(options: DatabaseOptions) {
    const { ready, statementTimeoutMs = 30_000 } = options;
    const config = poolConfig(options, statementTimeoutMs);
    const min = ready?.count ?? 0;
    // The server cancels what takes too long; this is for a server that is no longer there to do it.
    this.answerMs = statementTimeoutMs + 5_000;
    this.pool = new pg.Pool({ ...config, min, types: { getTypeParser } });
    this.prismaPool = new pg.Pool({ ...config, query_timeout: this.answerMs });
    for (const pool of [this.pool, this.prismaPool]) {
      // A connection may break while it is idle, or checked out but between two statements; unheard, either would end the process.
      pool.on('error', () => undefined);
      pool.on('connect', (client) => client.on('error', () => undefined));
    }
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.prismaPool) });
    this.ready = ready && new ReadyConnections(this.pool, ready);
    void this.ready?.fill();
  }

  /**
   * Uses Prisma once. What it loads and compiles for that stops the event loop for a tenth of a second: before the doors are open nobody
   * notices, later the first look at a request would hold up every decision.
   */
  async warmUp(): Promise<void> {
    await this.tenantTx(NO_TENANT, ({ prisma }) =>
      prisma.tenant.findFirst({ where: { id: NO_TENANT } }),
    );
  }

  /** Runs `work` in one transaction that sees only `tenantId`; commits when it resolves, rolls back when it throws. */
  async tenantTx<T>(tenantId: string, work: (tx: PrismaTenantTx) => Promise<T>): Promise<T> {
    return this.prisma.$transaction(
      async (prisma) => {
        await prisma.$queryRaw`SELECT set_config('sallyport.tenant', ${tenantId}, true)`;
        return work({
          tenantId,
          prisma,
          query: (text, values = []) => prisma.$queryRawUnsafe(text, ...values),
        });
      },
      { maxWait: 5_000, timeout: 15_000 },
    );
  }

  /** The same on a bare `pg` connection: for statements whose speed matters. */
  async rawTx<T>(tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      // One message for both: a proof is a few short reads, and each waits for every answer.
      const tenant = client.escapeLiteral(tenantId);
      await this.ask(client, {
        text: `BEGIN; SELECT set_config('sallyport.tenant', ${tenant}, true)`,
      });
      const result = await work({
        tenantId,
        query: (text, values = []) => this.ask(client, { text, values: [...values] }),
      });
      await this.ask(client, { text: 'COMMIT' });
      return result;
    } catch (error) {
      if (error instanceof UnansweredError) broken = error;
      else {
        await this.ask(client, { text: 'ROLLBACK' }).catch((rollbackError: Error) => {
          broken = rollbackError;
        });
      }
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** Every tenant with the version of its registers; the only thing readable across tenants. */
  async tenantVersions(): Promise<{ id: string; version: number }[]> {
    const rows = await this.read<{ id: string; version: bigint }>(
      { text: TENANT_VERSIONS },
      TENANT_VERSIONS_MS,
    );
    return rows.map(({ id, version }) => ({ id, version: Number(version) }));
  }

  async ping(): Promise<void> {
    await this.read({ text: 'SELECT 1' });
  }

  /** The rows of one statement, outside any transaction of ours, on whichever connection of the pool is free. */
  async read<Row extends object>(
    statement: pg.QueryConfig<unknown[]>,
    timeoutMs?: number,
  ): Promise<Row[]> {
    const client = await this.pool.connect();
    let broken: boolean | undefined;
    try {
      return await this.ask<Row>(client, statement, timeoutMs);
    } catch (error) {
      broken = error instanceof UnansweredError;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** The rows of one statement on a connection of the pool. Rejects with UnansweredError. */
  ask<Row extends object>(
    client: pg.ClientBase,
    statement: pg.QueryConfig<unknown[]>,
    timeoutMs = this.answerMs,
  ): Promise<Row[]> {
    return answerOf<Row>(client, timeoutMs, (done) => new pg.Query<Row>(statement, done));
  }

  async close(): Promise<void> {
    this.ready?.stop();
    await this.prisma.$disconnect();
    await Promise.all([this.pool.end(), this.prismaPool.end()]);
  }
}

function poolConfig(options: DatabaseOptions, statementTimeoutMs: number): pg.PoolConfig {
  return {
    connectionString: options.url,
    max: options.poolSize,
    application_name: options.applicationName ?? 'sallyport',
    statement_timeout: statementTimeoutMs,
    connectionTimeoutMillis: 10_000,
    options: `-c role=${APP_ROLE}`,
  };
}

// INVARIANT: bigint columns never pass through a double on their way in.
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === BIGINT_OID ? BigInt : pg.types.getTypeParser(oid, format as 'text');
}
