import { setTimeout as sleep } from 'node:timers/promises';
import { ConflictError, UnavailableError, UnprocessableError } from '../platform/errors.js';
import type { EntryFilter, EntryIndex, LogProjection } from './entry-index.ports.js';
import type { PublishedCheckpoint } from './log-reader.ports.js';
import type { PublicLog } from './public-log.js';
import { SelectedEntries } from './selected-entries.js';

/** Entries that a filter may choose; what is not filtered has no limit. */
export const MAX_SELECTED = 50_000_000;
const INDEXES_PER_READ = 20_000;
/** Search rows that an export may make itself; when more are missing, it would be long in coming. */
const MAX_CATCH_UP_ENTRIES = 50_000;
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
  readonly entries: SelectedEntries;
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
  { filter, maxEntries = Number.MAX_SAFE_INTEGER }: ExportRequest,
): Promise<ExportPlan> {
  const { checkpoint } = await parts.log.state(tenantId);
  if (!checkpoint) {
    throw new ConflictError('no checkpoint was signed yet', { reason: 'not-yet-published' });
  }
  const { size } = checkpoint;
  // Every entry: that takes no search, and so does not depend on how far that is behind.
  const isAll = Object.values(filter).every((value) => value === undefined);
  const entries = isAll
    ? SelectedEntries.range(0, size)
    : await select(parts, tenantId, { filter, size, limit: Math.min(maxEntries, MAX_SELECTED) });
  if (entries.count > maxEntries) throw tooMany(maxEntries);
  return { checkpoint, entries, filter: describeFilter(filter) };
}

async function select(
  { index, projection }: { index: EntryIndex; projection: LogProjection },
  tenantId: string,
  { filter, size, limit }: { filter: EntryFilter; size: number; limit: number },
): Promise<SelectedEntries> {
  await reach(projection, tenantId, size);
  const entries = new SelectedEntries();
  const query = { filter, scope: 'everything', before: size, limit: INDEXES_PER_READ } as const;
  for (let from = 0, found = INDEXES_PER_READ; found === INDEXES_PER_READ;) {
    const indexes = await index.indexes(tenantId, { ...query, from });
    for (const one of indexes) entries.add(one);
    if (entries.count > limit) throw tooMany(limit);
    found = indexes.length;
    from = (indexes.at(-1) ?? 0) + 1;
  }
  return entries;
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
  for (;;) {
    const missing = size - (await projection.position(tenantId));
    if (missing <= 0) return;
    if (missing > MAX_CATCH_UP_ENTRIES || performance.now() > giveUpAt) {
      throw new UnavailableError(
        `the search is ${String(missing)} entries behind the log; try again in a while, or export without a filter`,
      );
    }
    if (!(await projection.advance(tenantId))) await sleep(CATCH_UP_PAUSE_MS);
  }
}
