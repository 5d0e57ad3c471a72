import type { Database } from '../database.js';

/** A moment of one tenant's rows. */
export interface Snapshot {
  readonly tenantId: string;
  readonly query: <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
}

/** Runs `work` on one consistent, read-only state of a tenant, however many statements it takes. */
export async function readSnapshot<T>(
  database: Database,
  tenantId: string,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SELECT set_config('sallyport.tenant', $1, true)`, [tenantId]);
    return await work({
      tenantId,
      query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
        (await client.query<Row>(text, [...values])).rows,
    });
  } finally {
    await client.query('ROLLBACK').catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}
