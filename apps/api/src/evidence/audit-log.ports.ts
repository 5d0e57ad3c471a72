import type { LogEntry } from '@sallyport/contracts';
import type { TenantTx } from '../platform/sql.js';

/** Where an entry stands in its tenant's log once it is durable. */
export interface LoggedEntry {
  readonly id: string;
  readonly index: number;
}

/**
 * The tenant's transparency log, writing side (design §6). Contract: `test/contract/audit-log.contract.ts`.
 * A promise that resolves means: durable. A rejected one means: not in the log, so nothing may be acknowledged.
 */
export abstract class AuditLog {
  /** Group commit: concurrent callers share one transaction. Rejects with UnavailableError when the queue is full or Postgres is down. */
  abstract append(tenantId: string, entries: readonly LogEntry[]): Promise<readonly LoggedEntry[]>;

  /**
   * The same for entries that are encoded already: each must be what `entryText` gives for it (libs/audit), which is taken
   * on trust, so that the hot path encodes once. Text, because the log knows where the bytes belong. Gives the index of the
   * first. Rejects with EntryTooLargeError for an entry above MAX_ENTRY_BYTES, RangeError for no entries.
   */
  abstract appendEncoded(tenantId: string, entries: readonly string[]): Promise<number>;

  /**
   * Appends inside the caller's transaction: the state change and its entries commit or vanish together.
   * Locks the log head until commit, so it comes last in the transaction: state first, then log, everywhere, or two writers deadlock.
   */
  abstract appendWithin(
    tx: TenantTx,
    entries: readonly LogEntry[],
  ): Promise<readonly LoggedEntry[]>;

  /**
   * Called after `append` made entries durable in this process; never awaited by writers. A hint to look, not a promise:
   * entries of transactions and of other processes are not announced. Returns the unsubscribe function.
   */
  abstract onGrowth(listener: (tenantId: string, size: number) => void): () => void;
}
