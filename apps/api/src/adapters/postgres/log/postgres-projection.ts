import {
  LogProjection,
  type ProjectionProgress,
  type StepBudget,
} from '../../../evidence/entry-index.ports.js';
import { type EntryRecord, recordOf } from '../../../evidence/entry-record.js';
import { LogDamagedError } from '../../../evidence/log-reader.ports.js';
import type { TenantTx } from '../../../platform/sql.js';
import type { Database } from '../database.js';
import { GROWTH_CHANNEL } from './postgres-log-growth.js';
import { bundleOf, type StoredEntries, unpackEntries } from './segment.js';

export interface ProjectionOptions {
  /** One step stops after the segment that reaches this many bytes of entries. */
  readonly maxStepBytes: number;
  readonly maxStepSegments: number;
}

interface SegmentRow extends StoredEntries {
  readonly next_index: bigint;
  readonly first_index: bigint;
  readonly count: number;
}

interface LagRow {
  readonly size: bigint;
  readonly next_index: bigint | null;
}

const DEFAULTS: ProjectionOptions = { maxStepBytes: 1024 * 1024, maxStepSegments: 512 };

const ROWS_AT_ONCE = 256;
/** Segments smaller than this are few: so many bytes are in no more segments than that, nearly always. */
const LITTLE = 1024;

const UNLIMITED: StepBudget = () => Infinity;

const LAG = `SELECT h.size, c.next_index FROM log_heads h LEFT JOIN log_cursors c ON c.tenant_id = h.tenant_id
  WHERE h.tenant_id = $1`;
const FIRST_CURSOR =
  'INSERT INTO log_cursors (tenant_id, next_index) VALUES ($1, 0) ON CONFLICT DO NOTHING';
// What is locked may have moved since: the segments are those after where it is now.
const NEXT_SEGMENTS = `WITH here AS MATERIALIZED (SELECT next_index FROM log_cursors WHERE tenant_id = $1 FOR UPDATE SKIP LOCKED)
  SELECT next_index, first_index, count, packed, unpacked_bytes FROM (
    SELECT *, sum(bytes) OVER (ORDER BY first_index) - bytes AS bytes_before FROM here CROSS JOIN LATERAL
      (SELECT first_index, count, entries AS packed, unpacked_bytes, coalesce(unpacked_bytes, octet_length(entries)) AS bytes
        FROM log_segments WHERE tenant_id = $1 AND first_index >= next_index ORDER BY first_index LIMIT $2::int) following
  ) measured WHERE bytes_before < $3::bigint ORDER BY first_index`;
const MOVE_CURSOR = `WITH moved AS (UPDATE log_cursors SET next_index = $2::bigint WHERE tenant_id = $1 RETURNING tenant_id)
  SELECT pg_notify($3, tenant_id || ':' || $2::bigint) FROM moved`;
const INSERT_RECORDS = `INSERT INTO log_records (tenant_id, entry_index, id, type, time, actor, subject_type, subject_id,
    action, resource_type, resource_id, decision, pep, policy_version, reasons, links)
  SELECT $1, * FROM json_to_recordset($2::json) AS record (entry_index bigint, id text, type text, time timestamptz,
    actor text, subject_type text, subject_id text, action text, resource_type text, resource_id text, decision boolean,
    pep text, policy_version text, reasons text[], links text[])`;

/**
 * Search rows, derived behind the log. Each step is one transaction under the cursor's row lock: rows and cursor move
 * together, and however many workers there are, one of them works on a tenant.
 */
export class PostgresProjection extends LogProjection {
  private readonly options: ProjectionOptions;

  constructor(
    private readonly database: Database,
    options: Partial<ProjectionOptions> = {},
  ) {
    super();
    this.options = { ...DEFAULTS, ...options };
  }

  override async position(tenantId: string): Promise<number> {
    return (await this.progress(tenantId)).position;
  }

  override async progress(tenantId: string): Promise<ProjectionProgress> {
    const [row] = await this.database.rawTx(tenantId, (tx) => tx.query<LagRow>(LAG, [tenantId]));
    return progressOf(row);
  }

  override async advance(tenantId: string, budget: StepBudget = UNLIMITED): Promise<boolean> {
    return this.database.rawTx(tenantId, async (tx) => {
      const [row] = await tx.query<LagRow>(LAG, [tenantId]);
      const found = progressOf(row);
      const maxBytes = budget(found);
      if (maxBytes === undefined || found.position >= found.logSize) return false;
      if (row?.next_index === null) await tx.query(FIRST_CURSOR, [tenantId]);
      return this.step(tx, maxBytes);
    });
  }

  override async rebuild(tenantId: string): Promise<void> {
    await this.database.rawTx(tenantId, async (tx) => {
      // A worker in the middle of a step ends it first; the rows it wrote go too.
      await tx.query('SELECT 1 FROM log_cursors WHERE tenant_id = $1 FOR UPDATE', [tenantId]);
      await tx.query('DELETE FROM log_records WHERE tenant_id = $1', [tenantId]);
      await tx.query('UPDATE log_cursors SET next_index = 0 WHERE tenant_id = $1', [tenantId]);
    });
    while (await this.advance(tenantId));
  }

  /** False when the log ends here, or somebody else is at work. */
  private async step(tx: TenantTx, budget: number): Promise<boolean> {
    const maxBytes = Math.min(budget, this.options.maxStepBytes);
    const maxSegments = Math.min(Math.ceil(maxBytes / LITTLE), this.options.maxStepSegments);
    const values = [tx.tenantId, maxSegments, maxBytes];
    const segments = await tx.query<SegmentRow>(NEXT_SEGMENTS, values);
    if (!segments[0]) return false;
    const next = Number(segments[0].next_index);
    const entries = entriesFrom(next, segments);
    // A few at a time: this process may be answering decisions in between.
    for (let at = 0; at < entries.length; at += ROWS_AT_ONCE) {
      const some = entries.slice(at, at + ROWS_AT_ONCE);
      const rows = some.map((entry, place) => rowOf(recordOf(next + at + place, entry)));
      await tx.query(INSERT_RECORDS, [tx.tenantId, JSON.stringify(rows)]);
    }
    await tx.query(MOVE_CURSOR, [tx.tenantId, next + entries.length, GROWTH_CHANNEL]);
    return true;
  }
}

function progressOf(row: LagRow | undefined): ProjectionProgress {
  return { position: Number(row?.next_index ?? 0), logSize: Number(row?.size ?? 0) };
}

function entriesFrom(next: number, segments: readonly SegmentRow[]): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (const segment of segments) {
    const first = next + entries.length;
    if (Number(segment.first_index) !== first)
      throw new LogDamagedError(`entry ${String(first)} is gone`);
    entries.push(...unpackEntries(bundleOf(segment), 0, segment.count));
  }
  return entries;
}

function rowOf(record: EntryRecord): Record<string, unknown> {
  const { index, id, type, time, actor, subject, action, resource, decision, pep } = record;
  return {
    entry_index: index,
    id,
    type,
    time: time.toISOString(),
    actor,
    subject_type: subject?.type,
    subject_id: subject?.id,
    action,
    resource_type: resource?.type,
    resource_id: resource?.id,
    decision,
    pep,
    policy_version: record.policyVersion,
    reasons: record.reasons,
    links: record.links,
  };
}
