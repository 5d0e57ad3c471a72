import { EntryTooLargeError } from '@sallyport/audit';
import { UnavailableError } from '../../../platform/errors.js';
import { mayBeLogged, OpenSegment } from './open-segment.js';

/** Bytes count as written. Before that an entry's UTF-16 code units stand for them: the last one's may turn out to be up to three times as many. */
export interface GroupLimits {
  /** A group is closed at this size; one caller's entries always stay together. */
  readonly maxBatchEntries: number;
  readonly maxBatchBytes: number;
  /** What may wait or be under way; beyond it callers are refused at once. */
  readonly maxQueuedEntries: number;
  readonly maxQueuedBytes: number;
  /** How long a group may wait to be closed, from its first caller on. */
  readonly timeoutMs: number;
}

/** Closes the group that has formed; undefined when it waited too long and was refused. Called once. */
export type TakeGroup = () => OpenSegment | undefined;

/**
 * Makes a group durable and gives the index of its first entry; undefined when there was none to take. Takes the group when it
 * can be written at once: until then others may join. What it took is used again after it resolved. Called again while the one before is under way.
 */
export type WriteGroup = (take: TakeGroup) => Promise<number | undefined>;

interface Caller {
  /** Place of its first entry in the group. */
  readonly place: number;
  readonly resolve: (firstIndex: number) => void;
  readonly reject: (error: unknown) => void;
}

interface Group {
  readonly segment: OpenSegment;
  readonly callers: Caller[];
  readonly sinceMs: number;
  bytes: number;
}

/** Writes at the same time: the database always has one more to do, and finds the next when it is done. */
const MAX_WRITES = 2;
/** Segments kept for use again: these are written while the next one fills. */
const SPARE_SEGMENTS = MAX_WRITES + 1;
const SPARE_BYTES = 1024 * 1024;

/**
 * Lets concurrent callers share one write. Whoever comes while one is under way forms the next group, which is written when
 * that one is done, or as large. A caller is answered only after the write of its group has resolved; when that rejects, all
 * of them are rejected.
 */
export class GroupCommit {
  private readonly waiting: Group[] = [];
  private readonly spare: OpenSegment[] = [];
  private queuedEntries = 0;
  private queuedBytes = 0;
  private readonly writes = new Set<Promise<void>>();
  /** Entries taken for the write that was begun last; infinite until it takes its group. */
  private taken = 0;
  private isAboutToWrite = false;

  constructor(
    private readonly write: WriteGroup,
    private readonly limits: GroupLimits,
  ) {}

  /**
   * The index of the first of these entries, once all are durable. Rejects with UnavailableError when too much waits,
   * EntryTooLargeError when one can't be logged.
   */
  add(entries: readonly string[]): Promise<number> {
    let least = 0;
    for (const entry of entries) {
      // Looked at before any is added: one such entry must not fail the others of its group.
      if (!mayBeLogged(entry))
        return Promise.reject(new EntryTooLargeError(Buffer.byteLength(entry)));
      least += entry.length;
    }
    if (!this.hasRoom(entries.length, least))
      return Promise.reject(new UnavailableError('too much is waiting to be logged; try again'));
    const group = this.groupFor(entries.length, least);
    const { segment } = group;
    const { count: place, byteLength: before } = segment;
    for (const entry of entries) segment.add(entry);
    const bytes = segment.byteLength - before;
    group.bytes += bytes;
    this.queuedEntries += entries.length;
    this.queuedBytes += bytes;
    return new Promise<number>((resolve, reject) => {
      group.callers.push({ place, resolve, reject });
      if (!this.isAboutToWrite && this.mayWrite()) this.writeSoon();
    });
  }

  /** Resolves when nothing waits and nothing is being written. */
  async idle(): Promise<void> {
    while (this.waiting.length > 0 || this.writes.size > 0) {
      await (this.writes.size > 0 ? Promise.race(this.writes) : nextTurn());
    }
  }

  /**
   * Whatever else this callback of the event loop decides joins the group: what came together is decided together
   * (`atTurnEnd`). Not a turn later, for the database can write while the next requests are read.
   */
  private writeSoon(): void {
    this.isAboutToWrite = true;
    process.nextTick(() => {
      this.isAboutToWrite = false;
      this.writeWaiting();
    });
  }

  private writeWaiting(): void {
    while (this.mayWrite()) {
      this.taken = Infinity;
      const write = this.commit().finally(() => {
        this.writes.delete(write);
        this.writeWaiting();
      });
      this.writes.add(write);
    }
  }

  private mayWrite(): boolean {
    const [next] = this.waiting;
    if (!next || this.writes.size >= MAX_WRITES) return false;
    return this.writes.size === 0 || next.segment.count >= this.taken;
  }

  private async commit(): Promise<void> {
    let group: Group | undefined;
    const take = (): OpenSegment | undefined => {
      group = this.take();
      this.taken = group?.segment.count ?? 0;
      return group?.segment;
    };
    try {
      const first = await this.write(take);
      if (!group || first === undefined) return;
      this.settle(group);
      for (const { place, resolve } of group.callers) resolve(first + place);
      this.recycle(group.segment);
    } catch (error) {
      // A write that failed before it took its group fails those who would have been in it.
      group ??= this.take();
      if (!group) return;
      this.settle(group);
      for (const { reject } of group.callers) reject(error);
    }
  }

  /** Takes the next group off the queue; one that waited too long is refused instead. */
  private take(): Group | undefined {
    const group = this.waiting.shift();
    if (!group || performance.now() - group.sinceMs <= this.limits.timeoutMs) return group;
    this.settle(group);
    for (const { reject } of group.callers) {
      reject(new UnavailableError('the log could not be written in time'));
    }
    return undefined;
  }

  /** The youngest group, or a new one when these entries don't fit in. */
  private groupFor(entries: number, bytes: number): Group {
    const youngest = this.waiting.at(-1);
    if (youngest && this.fits(youngest, entries, bytes)) return youngest;
    const segment = this.spare.pop() ?? new OpenSegment();
    const group = { segment, callers: [], sinceMs: performance.now(), bytes: 0 };
    this.waiting.push(group);
    return group;
  }

  private fits(group: Group, entries: number, bytes: number): boolean {
    const { maxBatchEntries, maxBatchBytes } = this.limits;
    return group.segment.count + entries <= maxBatchEntries && group.bytes + bytes <= maxBatchBytes;
  }

  private hasRoom(entries: number, bytes: number): boolean {
    const { maxQueuedEntries, maxQueuedBytes } = this.limits;
    return (
      this.queuedEntries + entries <= maxQueuedEntries && this.queuedBytes + bytes <= maxQueuedBytes
    );
  }

  private settle(group: Group): void {
    this.queuedEntries -= group.segment.count;
    this.queuedBytes -= group.bytes;
  }

  // Only after a write that resolved: after any other its bytes may still be on their way out.
  private recycle(segment: OpenSegment): void {
    if (this.spare.length >= SPARE_SEGMENTS || segment.capacity > SPARE_BYTES) return;
    segment.clear();
    this.spare.push(segment);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
