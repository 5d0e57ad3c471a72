import { UnavailableError } from '../../../platform/errors.js';

export interface GroupLimits {
  /** A group is closed at this size; one caller's entries always stay together. */
  readonly maxBatchEntries: number;
  readonly maxBatchBytes: number;
  /** What may wait; beyond it callers are refused at once. */
  readonly maxQueuedEntries: number;
  readonly maxQueuedBytes: number;
  /** How long a caller may wait for its group to start. */
  readonly timeoutMs: number;
}

interface Waiting {
  readonly entries: readonly Uint8Array[];
  readonly bytes: number;
  readonly sinceMs: number;
  readonly resolve: (firstIndex: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets concurrent callers share one write. One write is under way at a time; whoever comes meanwhile forms the next
 * group. A caller is answered only after the write of its group has resolved; when that rejects, all of them are rejected.
 */
export class GroupCommit {
  private waiting: Waiting[] = [];
  private queuedEntries = 0;
  private queuedBytes = 0;
  private running: Promise<void> | undefined;

  /** `write` makes the entries durable in order and gives the index of the first. */
  constructor(
    private readonly write: (entries: readonly Uint8Array[]) => Promise<number>,
    private readonly limits: GroupLimits,
  ) {}

  /** The index of the first of these entries, once all are durable. Rejects with UnavailableError when too much waits. */
  add(entries: readonly Uint8Array[]): Promise<number> {
    const bytes = entries.reduce((sum, entry) => sum + entry.length, 0);
    const { maxQueuedEntries, maxQueuedBytes } = this.limits;
    if (
      this.queuedEntries + entries.length > maxQueuedEntries ||
      this.queuedBytes + bytes > maxQueuedBytes
    ) {
      return Promise.reject(new UnavailableError('too much is waiting to be logged; try again'));
    }
    this.queuedEntries += entries.length;
    this.queuedBytes += bytes;
    return new Promise<number>((resolve, reject) => {
      this.waiting.push({ entries, bytes, sinceMs: performance.now(), resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing waits and nothing is being written. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    // Whatever else the event loop reads in this turn joins the first group.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const group = this.take();
      if (group.length > 0) await this.commit(group);
    }
    // In the same turn as the look at the queue: a caller that comes now must start the next run.
    this.running = undefined;
  }

  private async commit(group: readonly Waiting[]): Promise<void> {
    try {
      let index = await this.write(group.flatMap(({ entries }) => entries));
      for (const { entries, resolve } of group) {
        resolve(index);
        index += entries.length;
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  /** Takes the callers of the next group off the queue; those who waited too long are refused instead. */
  private take(): Waiting[] {
    const now = performance.now();
    const group: Waiting[] = [];
    let [entries, bytes, taken] = [0, 0, 0];
    for (const caller of this.waiting) {
      const late = now - caller.sinceMs > this.limits.timeoutMs;
      if (!late && group.length > 0 && !this.fits(entries, bytes, caller)) break;
      taken += 1;
      this.queuedEntries -= caller.entries.length;
      this.queuedBytes -= caller.bytes;
      if (late) {
        caller.reject(new UnavailableError('the log could not be written in time'));
        continue;
      }
      group.push(caller);
      entries += caller.entries.length;
      bytes += caller.bytes;
    }
    this.waiting = this.waiting.slice(taken);
    return group;
  }

  private fits(entries: number, bytes: number, caller: Waiting): boolean {
    return (
      entries + caller.entries.length <= this.limits.maxBatchEntries &&
      bytes + caller.bytes <= this.limits.maxBatchBytes
    );
  }
}
