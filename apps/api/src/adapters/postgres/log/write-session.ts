import type { CompactRange } from '@sallyport/audit';
import type pg from 'pg';
import {
  binaryExtendValues,
  CREATE_HEAD,
  createHeadValues,
  type ExtendRow,
  type HeadRow,
  LOCK_HEAD,
  treeOf,
} from './head-sql.js';
import { ExtendQuery } from './extend-query.js';
import type { OpenSegment } from './open-segment.js';

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
  constructor(
    private readonly client: pg.PoolClient,
    private readonly tenantId: string,
  ) {}

  /** One message: commits the entries if the head is exactly `before`; false if it is not, and nothing changed. Sent before this returns. */
  async extendFrom(
    before: CompactRange,
    after: CompactRange,
    segment: OpenSegment,
  ): Promise<boolean> {
    const extended = await this.extend(before, after, segment);
    return extended?.moved ?? false;
  }

  /** Begins a transaction that holds the head's row lock, making the head on first use. */
  async lockHead(): Promise<CompactRange> {
    const [, , found] = await together([
      this.client.query(BEGIN),
      this.client.query({ ...BIND_TENANT, values: [this.tenantId] }),
      this.selectHead(),
    ]);
    if (found.rows[0]) return treeOf(found.rows[0] as HeadRow);
    const [, created] = await together([
      this.client.query({ ...CREATE_HEAD, values: createHeadValues(this.tenantId) }),
      this.selectHead(),
    ]);
    if (!created.rows[0]) throw new LogWriteError('the log head could not be made');
    return treeOf(created.rows[0] as HeadRow);
  }

  /** Adds the entries to the head that `lockHead` returned, and commits. */
  async extendLocked(before: CompactRange, segment: OpenSegment): Promise<CompactRange> {
    const after = segment.extend(before);
    const [extended, committed] = await together([
      this.extend(before, after, segment),
      this.client.query(COMMIT),
    ]);
    requireCommit(committed);
    if (!extended?.moved) throw new LogWriteError('the log head moved under its lock');
    return after;
  }

  /** Gives the row lock back; the log stays as it is. */
  async unlockHead(): Promise<void> {
    await this.client.query('ROLLBACK');
  }

  private extend(
    before: CompactRange,
    after: CompactRange,
    segment: OpenSegment,
  ): Promise<ExtendRow | undefined> {
    const values = binaryExtendValues(this.tenantId, before, after, segment);
    return ExtendQuery.run(this.client, values);
  }

  private selectHead(): Promise<pg.QueryResult> {
    return this.client.query({ ...LOCK_HEAD, values: [this.tenantId] });
  }
}

/** Waits for every answer before it rejects with the first failure: none is left unheard. */
async function together<T extends unknown[]>(queries: {
  [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const answers = await Promise.allSettled(queries);
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  }) as T;
}

/** COMMIT of a failed transaction succeeds as a ROLLBACK. */
function requireCommit(answer: pg.QueryResult): void {
  if (answer.command !== 'COMMIT') throw new LogWriteError('the transaction was rolled back');
}
