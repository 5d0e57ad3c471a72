import { decodeEntry, encodeEntry } from '@sallyport/audit';
import type { LogEntry } from '@sallyport/contracts';
import type { TenantTx } from '../platform/sql.js';
import { AuditLog, type LoggedEntry } from './audit-log.ports.js';

/** The log in memory, for tests. `transaction` stands for the database's: entries appended within it vanish when it fails. */
export class AuditLogFake extends AuditLog {
  private readonly logs = new Map<string, LogEntry[]>();
  private readonly open = new Map<TenantTx, LogEntry[]>();
  private readonly listeners = new Set<(tenantId: string, size: number) => void>();
  private failure: Error | undefined;

  override append(tenantId: string, entries: readonly LogEntry[]): Promise<readonly LoggedEntry[]> {
    return this.attempt(entries, () => this.add(tenantId, entries));
  }

  override async appendEncoded(tenantId: string, entries: readonly string[]): Promise<number> {
    if (entries.length === 0) throw new RangeError('there is no first of no entries');
    // Stricter than the real one, which takes canonical text on trust: a wrong encoder fails its tests here.
    const decoded = entries.map((text) => decodeEntry(Buffer.from(text)) as unknown as LogEntry);
    const [first] = await this.append(tenantId, decoded);
    return first?.index ?? 0;
  }

  override appendWithin(
    tx: TenantTx,
    entries: readonly LogEntry[],
  ): Promise<readonly LoggedEntry[]> {
    return this.attempt(entries, () => {
      const pending = this.open.get(tx);
      if (!pending) return this.add(tx.tenantId, entries);
      const first = this.entries(tx.tenantId).length + pending.length;
      pending.push(...entries);
      return entries.map(({ id }, place) => ({ id, index: first + place }));
    });
  }

  override onGrowth(listener: (tenantId: string, size: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What is in the log, oldest first. */
  entries(tenantId: string): readonly LogEntry[] {
    return this.logs.get(tenantId) ?? [];
  }

  /** Makes every append reject with this error, until called without one. */
  failWith(error?: Error): void {
    this.failure = error;
  }

  /** A transaction of one tenant that holds log entries only; other SQL answers with no rows. */
  async transaction<T>(tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    const tx: TenantTx = { tenantId, query: () => Promise.resolve([]) };
    const pending: LogEntry[] = [];
    this.open.set(tx, pending);
    try {
      const result = await work(tx);
      this.add(tenantId, pending);
      return result;
    } finally {
      this.open.delete(tx);
    }
  }

  private add(tenantId: string, entries: readonly LogEntry[]): LoggedEntry[] {
    const log = this.logs.get(tenantId) ?? [];
    this.logs.set(tenantId, log);
    const first = log.length;
    log.push(...entries);
    if (entries.length > 0) {
      for (const listener of this.listeners) listener(tenantId, log.length);
    }
    return entries.map(({ id }, place) => ({ id, index: first + place }));
  }

  private async attempt(
    entries: readonly LogEntry[],
    work: () => LoggedEntry[],
  ): Promise<readonly LoggedEntry[]> {
    // As in the real one, an entry that can't be encoded fails its own caller, later than the call itself.
    await Promise.resolve();
    for (const entry of entries) encodeEntry({ ...entry });
    if (this.failure) throw this.failure;
    return work();
  }
}
