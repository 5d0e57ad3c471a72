import { CompactRange, encodeEntry, EntryTooLargeError, MAX_ENTRY_BYTES } from '@sallyport/audit';
import type { LogEntry } from '@sallyport/contracts';
import pg from 'pg';
import { AuditLog, type LoggedEntry } from '../../../evidence/audit-log.ports.js';
import { UnavailableError } from '../../../platform/errors.js';
import type { TenantTx } from '../../../platform/sql.js';
import type { Database } from '../database.js';
import { GroupCommit, type GroupLimits } from './group-commit.js';
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
import { WriteSession } from './write-session.js';

export interface AuditLogOptions extends GroupLimits {
  /** Connections of the log's own pool: as many tenants are written at the same time. */
  readonly connections: number;
}

const DEFAULTS: AuditLogOptions = {
  maxBatchEntries: 1_024,
  maxBatchBytes: 4 * 1024 * 1024,
  maxQueuedEntries: 10_000,
  maxQueuedBytes: 64 * 1024 * 1024,
  timeoutMs: 5_000,
  connections: 8,
};

/** What this process remembers of a tenant's log. */
interface TenantLog {
  readonly group: GroupCommit;
  /** The tree after our last write; only a guess until the database has compared it. */
  known: CompactRange | undefined;
  /** Whether nobody else wrote between our last two writes, so that the guess is worth a try. */
  alone: boolean;
}

/**
 * The log in Postgres. Decisions go through `append`: group commit on connections of its own, one round trip when
 * this process is the tenant's only writer, two otherwise. State changes go through `appendWithin`.
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
    const bytes = entries.map((entry) => encodeEntry({ ...entry }));
    return indexed(entries, await this.appendEncoded(tenantId, bytes));
  }

  override appendEncoded(tenantId: string, entries: readonly Uint8Array[]): Promise<number> {
    if (this.closed) return Promise.reject(new UnavailableError('the log is closing'));
    const refusal = refusalOf(entries);
    return refusal ? Promise.reject(refusal) : this.tenant(tenantId).group.add(entries);
  }

  override async appendWithin(
    tx: TenantTx,
    entries: readonly LogEntry[],
  ): Promise<readonly LoggedEntry[]> {
    if (entries.length === 0) return [];
    const bytes = entries.map((entry) => encodeEntry({ ...entry }));
    const before = treeOf(await lockHead(tx));
    const { after, segment } = extend(before, bytes);
    const moved = await tx.query(EXTEND.text, extendValues(tx.tenantId, before, after, segment));
    if (moved.length !== 1) throw new UnavailableError('the log head moved under its lock');
    return indexed(entries, before.size);
  }

  override onGrowth(listener: (tenantId: string, size: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Refuses new entries, writes what waits, and closes the log's connections. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await Promise.all([...this.tenants.values()].map(({ group }) => group.idle()));
    await this.pool.end();
  }

  private tenant(tenantId: string): TenantLog {
    const existing = this.tenants.get(tenantId);
    if (existing) return existing;
    const tenant: TenantLog = {
      group: new GroupCommit((bytes) => this.write(tenantId, tenant, bytes), this.options),
      known: undefined,
      alone: true,
    };
    this.tenants.set(tenantId, tenant);
    return tenant;
  }

  private async write(
    tenantId: string,
    tenant: TenantLog,
    entries: readonly Uint8Array[],
  ): Promise<number> {
    const guess = tenant.known;
    // INVARIANT: what we remember is what we saw committed. Any failure, a lost COMMIT above all, leaves nothing remembered.
    tenant.known = undefined;
    const after = await this.commit(tenantId, tenant, guess, entries);
    tenant.known = after;
    this.announce(tenantId, after.size);
    return after.size - entries.length;
  }

  private async commit(
    tenantId: string,
    tenant: TenantLog,
    guess: CompactRange | undefined,
    entries: readonly Uint8Array[],
  ): Promise<CompactRange> {
    try {
      return await WriteSession.run(this.pool, tenantId, async (session) => {
        const written = guess && tenant.alone && (await session.extendFrom(guess, entries));
        if (written) return written;
        const head = await session.lockHead();
        tenant.alone = guess === undefined || guess.size === head.size;
        return session.extendLocked(head, entries);
      });
    } catch (cause) {
      throw new UnavailableError('the log cannot be written now', { cause });
    }
  }

  private announce(tenantId: string, size: number): void {
    for (const listener of this.listeners) listener(tenantId, size);
  }
}

/** What makes these entries impossible to log. One such entry in a group would fail everybody in it. */
function refusalOf(entries: readonly Uint8Array[]): Error | undefined {
  if (entries.length === 0) return new RangeError('there is no first of no entries');
  const large = entries.find(({ length }) => length > MAX_ENTRY_BYTES);
  return large && new EntryTooLargeError(large.length);
}

async function lockHead(tx: TenantTx): Promise<HeadRow> {
  const [locked] = await tx.query<HeadRow>(LOCK_HEAD.text, [tx.tenantId]);
  if (locked) return locked;
  await tx.query(CREATE_HEAD.text, createHeadValues(tx.tenantId));
  const [created] = await tx.query<HeadRow>(LOCK_HEAD.text, [tx.tenantId]);
  if (!created) throw new UnavailableError('the log head could not be made');
  return created;
}

function indexed(entries: readonly LogEntry[], first: number): LoggedEntry[] {
  return entries.map(({ id }, place) => ({ id, index: first + place }));
}

/** A pool of its own, so that a decision never waits for a connection that something else holds. */
function logPool(base: pg.PoolOptions, { connections, timeoutMs }: AuditLogOptions): pg.Pool {
  const pool = new pg.Pool({
    ...base,
    max: connections,
    application_name: 'sallyport-log',
    pipeline: true,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs,
  });
  pool.on('error', () => undefined);
  // A connection may break while it is checked out but between two statements; unheard, that would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
