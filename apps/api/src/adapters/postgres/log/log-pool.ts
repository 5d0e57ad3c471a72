import pg from 'pg';

export interface LogPoolOptions {
  /** Connections of the log's own pool: as many tenants are written at the same time. */
  readonly connections: number;
  readonly timeoutMs: number;
}

/** A pool of its own, so that a decision never waits for a connection that something else holds. */
export function logPool(base: pg.PoolOptions, { connections, timeoutMs }: LogPoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...base,
    max: connections,
    application_name: 'sallyport-log',
    pipeline: true,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
  });
  pool.on('error', () => undefined);
  // A connection may break while it is checked out but between two statements; unheard, that would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
