import { setTimeout as sleep } from 'node:timers/promises';

/** A process of ours, as the one that started it sees it. */
export interface BrokerProcess {
  readonly pid: number;
  /** Resolves when it serves; rejects with what it said when it can't, or ended before. */
  readonly ready: Promise<void>;
  readonly exited: Promise<void>;
  /** Has it finish what it began, and end. Its clients go over to others first when there are others. */
  stop(areThereOthers: boolean): void;
  kill(): void;
}

export interface SlotOptions<P extends BrokerProcess> {
  readonly name: string;
  readonly spawn: () => P;
  readonly report: (event: string, error: Error) => void;
  /** Another process serves in this slot, or none. */
  readonly changed: () => void;
  /** It could not be started for too long; nothing is tried any more. */
  readonly gaveUp: (error: Error) => void;
  /** How long a process may take to end before it is killed. */
  readonly endMs: number;
  readonly firstRetryMs?: number;
  readonly lastRetryMs?: number;
  /** A process that serves this long is no failure, whatever becomes of it. */
  readonly steadyMs?: number;
  readonly giveUpMs?: number;
}

/** Keeps one process of a kind: starts it, replaces one that died, exchanges it for a fresh one, ends it. */
export class ProcessSlot<P extends BrokerProcess> {
  private readonly options: Required<SlotOptions<P>>;
  private current: P | undefined;
  private launching: P | undefined;
  private reviving: Promise<void> | undefined;
  private replacing = false;
  private stopping = false;
  private retryMs = 0;
  private failingSinceMs: number | undefined;
  private servesSinceMs = 0;

  constructor(options: SlotOptions<P>) {
    this.options = {
      firstRetryMs: 250,
      lastRetryMs: 5_000,
      steadyMs: 10_000,
      giveUpMs: 300_000,
      ...options,
    };
  }

  get name(): string {
    return this.options.name;
  }

  /** The process that serves here; undefined while there is none. */
  get process(): P | undefined {
    return this.current;
  }

  /** Resolves when the first process serves. Rejects when it can't. */
  async start(): Promise<void> {
    await this.launch();
  }

  /** Exchanges the process for a fresh one that serves already. Rejects, and keeps the old one, when the fresh one can't. */
  async replace(): Promise<void> {
    await this.reviving;
    const old = this.current;
    this.replacing = true;
    try {
      await this.launch();
    } finally {
      this.replacing = false;
      if (this.current === undefined) this.revive();
    }
    if (old) await this.end(old, true);
  }

  /** Resolves when no process is left. */
  async stop(): Promise<void> {
    this.stopping = true;
    const left = [this.current, this.launching].filter((one) => one !== undefined);
    await Promise.all(left.map((one) => this.end(one, false)));
  }

  private async launch(): Promise<void> {
    const fresh = this.options.spawn();
    this.launching = fresh;
    try {
      await fresh.ready;
    } catch (error) {
      fresh.kill();
      throw error;
    } finally {
      this.launching = undefined;
    }
    if (this.stopping) return;
    this.current = fresh;
    this.servesSinceMs = performance.now();
    this.options.changed();
    void fresh.exited.then(() => this.lose(fresh));
  }

  private lose(lost: P): void {
    if (this.stopping || this.current !== lost) return;
    this.current = undefined;
    if (performance.now() - this.servesSinceMs >= this.options.steadyMs) this.forgetFailures();
    const { name, report, changed } = this.options;
    report('process-died', new Error(`${name} (process ${lost.pid}) ended by itself`));
    changed();
    if (!this.replacing) this.revive();
  }

  private revive(): void {
    if (this.stopping) return;
    this.reviving ??= this.tryAgain().finally(() => {
      this.reviving = undefined;
    });
  }

  private async tryAgain(): Promise<void> {
    const { firstRetryMs, lastRetryMs, giveUpMs, report, gaveUp, name } = this.options;
    this.failingSinceMs ??= performance.now();
    while (!this.stopping) {
      await sleep(this.retryMs);
      if (this.stopping) return;
      this.retryMs = Math.min(Math.max(2 * this.retryMs, firstRetryMs), lastRetryMs);
      try {
        return await this.launch();
      } catch (error) {
        if (this.stopping) return;
        const message = error instanceof Error ? error.message : String(error);
        const failure = new Error(`${name} does not start: ${message}`);
        report('process-not-started', failure);
        if (performance.now() - this.failingSinceMs >= giveUpMs) return gaveUp(failure);
      }
    }
  }

  private forgetFailures(): void {
    this.retryMs = 0;
    this.failingSinceMs = undefined;
  }

  private async end(one: P, areThereOthers: boolean): Promise<void> {
    one.stop(areThereOthers);
    const late = setTimeout(() => one.kill(), this.options.endMs);
    await one.exited;
    clearTimeout(late);
  }
}
