import pg from 'pg';
import type { Database } from '../database.js';

/** A moment of one tenant's rows. */
export interface Snapshot {
  readonly tenantId: string;
  readonly query: <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
}

/**
 * Runs `work` on one consistent, read-only state of a tenant, however many statements it takes. The way in is one message, and the way out
 * is not waited for: what was read is often a revocation.
 */
export async function readSnapshot<T>(
  database: Database,
  tenantId: string,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const client = await database.pool.connect();
  const leave = () =>
    database.ask(client, { text: 'ROLLBACK' }).then(
      () => client.release(),
      (error: Error) => client.release(error),
    );
  try {
    const text = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
      SELECT set_config('sallyport.tenant', ${pg.escapeLiteral(tenantId)}, true)`;
    await database.ask(client, { text });
    return await work({
      tenantId,
      query: (text, values = []) => database.ask(client, { text, values: [...values] }),
    });
  } finally {
    void leave();
  }
}
