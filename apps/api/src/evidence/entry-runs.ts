import { HASH_BYTES } from '@sallyport/audit';
import { LogDamagedError, type LogReader } from './log-reader.ports.js';
import type { SelectedEntries } from './selected-entries.js';

/** Consecutive entries that are read at once: a few megabytes. */
const RUN = 4_096;
/** Entries here and there that are read at once: each may open a segment of its own. */
const PICKS = 512;
const NEWLINE = 0x0a;

/** Entries and leaf hashes of a selection, as the files of a bundle hold them; the next part is read while one is taken. */
export class EntryRuns {
  constructor(private readonly reader: LogReader) {}

  /** The entries, each followed by a newline. */
  lines(tenantId: string, entries: SelectedEntries): AsyncGenerator<Uint8Array> {
    if (!entries.isContiguous) {
      return ahead(picksOf(entries), async (picks) => joinLines(await this.pick(tenantId, picks)));
    }
    return ahead(runsOf(entries), async ([first, end]) =>
      joinLines(await this.reader.entries(tenantId, first, end)),
    );
  }

  /** 32 bytes an entry, as the log has them: not computed from the entries, so that a changed one shows. */
  leafHashes(tenantId: string, entries: SelectedEntries): AsyncGenerator<Uint8Array> {
    if (!entries.isContiguous) {
      return ahead(picksOf(entries), (picks) => this.pickHashes(tenantId, picks));
    }
    return ahead(runsOf(entries), ([first, end]) => this.reader.leafHashes(tenantId, first, end));
  }

  private async pick(tenantId: string, picks: readonly number[]): Promise<Uint8Array[]> {
    const found = await this.reader.entriesAt(tenantId, picks);
    return picks.map((index) => {
      const entry = found.get(index);
      if (!entry) throw new LogDamagedError(`entry ${String(index)} is gone`);
      return entry;
    });
  }

  private async pickHashes(tenantId: string, picks: readonly number[]): Promise<Uint8Array> {
    const found = await this.reader.leafHashesAt(tenantId, picks);
    return Buffer.concat(
      picks.map((index) => {
        const hash = found.get(index);
        if (hash?.length !== HASH_BYTES)
          throw new LogDamagedError(`entry ${String(index)} is gone`);
        return hash;
      }),
    );
  }
}

/** Reads the next while the last is being taken. */
async function* ahead<Step, T>(
  steps: Iterable<Step>,
  read: (step: Step) => Promise<T>,
): AsyncGenerator<T> {
  let pending: Promise<T> | undefined;
  for (const step of steps) {
    const next = read(step);
    // Heard when its turn comes; until then a failure must not count as unheard.
    next.catch(() => undefined);
    if (pending) yield await pending;
    pending = next;
  }
  if (pending) yield await pending;
}

function* runsOf({ first = 0, count }: SelectedEntries): Generator<readonly [number, number]> {
  for (let at = first; at < first + count; at += RUN) yield [at, Math.min(at + RUN, first + count)];
}

function* picksOf(entries: SelectedEntries): Generator<number[]> {
  let picks: number[] = [];
  for (const index of entries) {
    if (picks.push(index) < PICKS) continue;
    yield picks;
    picks = [];
  }
  if (picks.length > 0) yield picks;
}

function joinLines(entries: readonly Uint8Array[]): Buffer {
  let length = entries.length;
  for (const entry of entries) length += entry.length;
  const lines = Buffer.allocUnsafe(length);
  let at = 0;
  for (const entry of entries) {
    // Canonical JSON has no newline; one that was put in would make two lines of one entry.
    lines.set(entry, at);
    at += entry.length;
    lines[at++] = NEWLINE;
  }
  return lines;
}
