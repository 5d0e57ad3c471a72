import type { CompactRange } from '@sallyport/audit';
import type pg from 'pg';
import {
  CREATE_HEAD,
  createHeadValues,
  EXTEND,
  extendValues,
  type HeadRow,
  LOCK_HEAD,
  treeOf,
} from './head-sql.js';
import { extend } from './segment.js';

/** A write that did not happen, or of which nobody can say whether it did. */
export class LogWriteError extends Error {
  override readonly name = 'LogWriteError';
}

const BEGIN = 'BEGIN';
const COMMIT = 'COMMIT';
const BIND_TENANT = {
  name: 'log_bind_tenant',
  text: `SELECT set_config('sallyport.tenant', $1, true)`,
};

/**
 * One write to one tenant's log on a pipelining connection: statements that need no answer of one another travel
 * together. Everything that rejects here means: not acknowledged.
 */
export class WriteSession {
  private constructor(
    private readonly client: pg.PoolClient,
    private readonly tenantId: string,
  ) {}

  /** Runs `work` on a connection of the pool; a connection on which it failed is closed, whatever state it was in. */
  static async run<T>(
    pool: pg.Pool,
    tenantId: string,
    work: (session: WriteSession) => Promise<T>,
  ): Promise<T> {
    const client = await pool.connect();
    try {
      const result = await work(new WriteSession(client, tenantId));
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** One round trip: commits the entries if the head is exactly `before`; undefined if it is not, and nothing changed. */
  async extendFrom(
    before: CompactRange,
    entries: readonly Uint8Array[],
  ): Promise<CompactRange | undefined> {
    const { after, segment } = extend(before, entries);
    const [, , moved, committed] = await together([
      this.client.query(BEGIN),
      this.bindTenant(),
      this.client.query({
        ...EXTEND,
        values: extendValues(this.tenantId, before, after, segment),
      }),
      this.client.query(COMMIT),
    ]);
    requireCommit(committed);
    return moved?.rowCount === 1 ? after : undefined;
  }

  /** Begins a transaction that holds the head's row lock, making the head on first use. */
  async lockHead(): Promise<CompactRange> {
    const [, , found] = await together([
      this.client.query(BEGIN),
      this.bindTenant(),
      this.selectHead(),
    ]);
    if (found?.rows[0]) return treeOf(found.rows[0] as HeadRow);
    const [, created] = await together([
      this.client.query({ ...CREATE_HEAD, values: createHeadValues(this.tenantId) }),
      this.selectHead(),
    ]);
    if (!created?.rows[0]) throw new LogWriteError('the log head could not be made');
    return treeOf(created.rows[0] as HeadRow);
  }

  /** Adds the entries to the head that `lockHead` returned, and commits. */
  async extendLocked(before: CompactRange, entries: readonly Uint8Array[]): Promise<CompactRange> {
    const { after, segment } = extend(before, entries);
    const [moved, committed] = await together([
      this.client.query({
        ...EXTEND,
        values: extendValues(this.tenantId, before, after, segment),
      }),
      this.client.query(COMMIT),
    ]);
    requireCommit(committed);
    if (moved?.rowCount !== 1) throw new LogWriteError('the log head moved under its lock');
    return after;
  }

  private bindTenant(): Promise<pg.QueryResult> {
    return this.client.query({ ...BIND_TENANT, values: [this.tenantId] });
  }

  private selectHead(): Promise<pg.QueryResult> {
    return this.client.query({ ...LOCK_HEAD, values: [this.tenantId] });
  }
}

/** Waits for every answer before it rejects with the first failure: none is left unheard. */
async function together(queries: readonly Promise<pg.QueryResult>[]): Promise<pg.QueryResult[]> {
  const answers = await Promise.allSettled(queries);
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  });
}

/** COMMIT of a failed transaction succeeds as a ROLLBACK. */
function requireCommit(answer: pg.QueryResult | undefined): void {
  if (answer?.command !== 'COMMIT') throw new LogWriteError('the transaction was rolled back');
}
