import { setTimeout as sleep } from 'node:timers/promises';
import { ConflictError, UnavailableError, UnprocessableError } from '../platform/errors.js';
import type { EntryFilter, EntryIndex, LogProjection } from './entry-index.ports.js';
import type { PublishedCheckpoint } from './log-reader.ports.js';
import type { PublicLog } from './public-log.js';

/** Each entry brings a file with its proof, and a plain ZIP has room for 65,535 files. */
export const MAX_EXPORTED_ENTRIES = 60_000;
const CATCH_UP_MS = 10_000;
const CATCH_UP_PAUSE_MS = 50;

export interface ExportRequest {
  readonly filter: EntryFilter;
  /** Refuses to export more than this many entries. */
  readonly maxEntries?: number;
  /** Who asks, as the log names them. */
  readonly actor: string;
}

/** What will be exported: these entries, proved to this checkpoint. */
export interface ExportPlan {
  readonly checkpoint: PublishedCheckpoint;
  /** Ascending. */
  readonly indexes: readonly number[];
  readonly isContiguous: boolean;
  /** The filter in words. */
  readonly filter: string;
}

/**
 * Selects the entries. Rejects with ConflictError before the first checkpoint, UnprocessableError when too many fit, and
 * UnavailableError when the search rows don't reach the checkpoint: an export must not leave out what it should hold.
 */
export async function planExport(
  parts: { log: PublicLog; index: EntryIndex; projection: LogProjection },
  tenantId: string,
  { filter, maxEntries = MAX_EXPORTED_ENTRIES }: ExportRequest,
): Promise<ExportPlan> {
  const { checkpoint } = await parts.log.state(tenantId);
  if (!checkpoint) {
    throw new ConflictError('no checkpoint was signed yet', { reason: 'not-yet-published' });
  }
  await reach(parts.projection, tenantId, checkpoint.size);
  const limit = Math.min(maxEntries, MAX_EXPORTED_ENTRIES);
  const query = { filter, scope: 'everything', before: checkpoint.size } as const;
  const indexes = await parts.index.indexes(tenantId, { ...query, limit: limit + 1 });
  if (indexes.length > limit) throw tooMany(limit);
  const isContiguous =
    (indexes.at(-1) ?? 0) - (indexes[0] ?? 0) === Math.max(0, indexes.length - 1);
  return { checkpoint, indexes, isContiguous, filter: describeFilter(filter) };
}

/** A filter in words, as the manifest and the log state it. */
export function describeFilter(filter: EntryFilter): string {
  const conditions = Object.entries(filter).flatMap(([member, value]: [string, unknown]) => {
    if (value === undefined) return [];
    if (value instanceof Date) {
      return `time ${member === 'from' ? 'from' : 'before'} ${value.toISOString()}`;
    }
    return member === 'text' ? `contains "${String(value)}"` : `${member} is "${String(value)}"`;
  });
  return conditions.length === 0 ? 'every entry' : conditions.join(' and ');
}

function tooMany(limit: number): UnprocessableError {
  const advice = 'narrow the filter, for example by time, and export in several parts';
  return new UnprocessableError(
    `more than ${String(limit)} entries fit, which is the most that this export may hold: ${advice}`,
    { field: 'filter', reason: 'too-many-entries' },
  );
}

async function reach(projection: LogProjection, tenantId: string, size: number): Promise<void> {
  const giveUpAt = performance.now() + CATCH_UP_MS;
  while ((await projection.position(tenantId)) < size) {
    if (performance.now() > giveUpAt) {
      throw new UnavailableError('the search rows are behind the log; try again in a while');
    }
    if (!(await projection.advance(tenantId))) await sleep(CATCH_UP_PAUSE_MS);
  }
}
