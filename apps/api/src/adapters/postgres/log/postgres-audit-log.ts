import { entryText } from '@sallyport/audit';
import type { LogEntry } from '@sallyport/contracts';
import type pg from 'pg';
import { AuditLog, type LoggedEntry } from '../../../evidence/audit-log.ports.js';
import { UnavailableError } from '../../../platform/errors.js';
import type { TenantTx } from '../../../platform/sql.js';
import type { Database } from '../database.js';
import type { GroupLimits } from './group-commit.js';
import { APPEND, type AppendedRow, appendValues } from './append-sql.js';
import { logPool, type LogPoolOptions } from './log-pool.js';
import { OpenSegment } from './open-segment.js';
import { TenantLog } from './tenant-log.js';

export type AuditLogOptions = GroupLimits & LogPoolOptions;

const DEFAULTS: AuditLogOptions = {
  maxBatchEntries: 1_024,
  maxBatchBytes: 4 * 1024 * 1024,
  maxQueuedEntries: 10_000,
  maxQueuedBytes: 64 * 1024 * 1024,
  timeoutMs: 5_000,
  connections: 8,
};

/**
 * The log in Postgres. Decisions go through `append`: group commit on connections of its own. State changes go through
 * `appendWithin`.
 */
export class PostgresAuditLog extends AuditLog {
  private readonly options: AuditLogOptions;
  private readonly pool: pg.Pool;
  private readonly tenants = new Map<string, TenantLog>();
  private readonly listeners = new Set<(tenantId: string, size: number) => void>();
  private closed = false;

  constructor(database: Database, options: Partial<AuditLogOptions> = {}) {
    super();
    this.options = { ...DEFAULTS, ...options };
    this.pool = logPool(database.pool.options, this.options);
  }

  override async append(
    tenantId: string,
    entries: readonly LogEntry[],
  ): Promise<readonly LoggedEntry[]> {
    if (entries.length === 0) return [];
    // Encoded before anybody else is involved: an entry that can't be logged fails its own caller only.
    const texts = entries.map((entry) => entryText({ ...entry }));
    return indexed(entries, await this.appendEncoded(tenantId, texts));
  }

  override appendEncoded(tenantId: string, entries: readonly string[]): Promise<number> {
    if (this.closed) return Promise.reject(new UnavailableError('the log is closing'));
    if (entries.length === 0) return Promise.reject(new RangeError('there is no first of none'));
    return this.tenant(tenantId).append(entries);
  }

  override async appendWithin(
    tx: TenantTx,
    entries: readonly LogEntry[],
  ): Promise<readonly LoggedEntry[]> {
    if (entries.length === 0) return [];
    const texts = entries.map((entry) => entryText({ ...entry }));
    const values = appendValues(tx.tenantId, OpenSegment.of(texts));
    const [appended] = await tx.query<AppendedRow>(APPEND.text, values);
    if (!appended) throw new UnavailableError('the log did not say where the entries stand');
    return indexed(entries, Number(appended.first_index));
  }

  override onGrowth(listener: (tenantId: string, size: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Refuses new entries, writes what waits, and closes the log's connections. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await Promise.all([...this.tenants.values()].map((tenant) => tenant.idle()));
    await this.pool.end();
  }

  private tenant(tenantId: string): TenantLog {
    const existing = this.tenants.get(tenantId);
    if (existing) return existing;
    const { pool, options } = this;
    const announce = (size: number) => this.announce(tenantId, size);
    const tenant = new TenantLog({ ...options, tenantId, pool, announce });
    this.tenants.set(tenantId, tenant);
    return tenant;
  }

  private announce(tenantId: string, size: number): void {
    for (const listener of this.listeners) listener(tenantId, size);
  }
}

function indexed(entries: readonly LogEntry[], first: number): LoggedEntry[] {
  return entries.map(({ id }, place) => ({ id, index: first + place }));
}
