import type { EntryRecord } from '../../../evidence/entry-record.js';

/** A row of `log_records`. */
export interface RecordRow {
  readonly entry_index: bigint;
  readonly id: string;
  readonly type: string;
  readonly time: Date;
  readonly actor: string;
  readonly subject_type: string | null;
  readonly subject_id: string | null;
  readonly action: string | null;
  readonly resource_type: string | null;
  readonly resource_id: string | null;
  readonly decision: boolean | null;
  readonly pep: string | null;
  readonly policy_version: string | null;
  readonly reasons: readonly string[] | null;
  readonly links: readonly string[] | null;
}

export const COLUMNS = `entry_index, id, type, time, actor, subject_type, subject_id, action, resource_type, resource_id,
  decision, pep, policy_version, reasons, links`;

export function recordOfRow(row: RecordRow): EntryRecord {
  return {
    index: Number(row.entry_index),
    id: row.id,
    type: row.type,
    time: row.time,
    actor: row.actor,
    subject: refOf(row.subject_type, row.subject_id),
    action: row.action ?? undefined,
    resource: refOf(row.resource_type, row.resource_id),
    decision: row.decision ?? undefined,
    pep: row.pep ?? undefined,
    policyVersion: row.policy_version ?? undefined,
    reasons: row.reasons ?? [],
    links: row.links ?? [],
  };
}

function refOf(type: string | null, id: string | null): { type: string; id: string } | undefined {
  return type === null || id === null ? undefined : { type, id };
}
