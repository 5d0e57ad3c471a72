export interface RoundsOptions {
  /** Every tenant whose log there may be. */
  readonly tenants: () => Promise<readonly string[]>;
  /** One step of work for a tenant; gives how many milliseconds to rest before the next, undefined when all is done. */
  readonly work: (tenantId: string) => Promise<number | undefined>;
  readonly intervalMs: number;
  /** Hears what failed. The tenant's turn comes again, later each time. */
  readonly report: (error: unknown, tenantId: string | undefined) => void;
}

const MAX_REST_MS = 10_000;

/**
 * Work that is due for every tenant again and again: a round each interval, and a tenant out of turn when woken. One step
 * at a time, and a tenant with more to do queues up behind the others. A tenant whose work fails rests for a while.
 */
export class TenantRounds {
  private readonly due = new Set<string>();
  private readonly resting = new Map<
    string,
    { readonly untilMs: number; readonly restMs: number }
  >();
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = true;

  constructor(private readonly options: RoundsOptions) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    void this.round();
  }

  /** Brings a tenant's turn forward. */
  wake(tenantId: string): void {
    if (this.stopped || performance.now() < (this.resting.get(tenantId)?.untilMs ?? 0)) return;
    this.due.add(tenantId);
    this.running ??= this.run();
  }

  /** Ends after the step under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.due.clear();
    await this.running;
  }

  private async round(): Promise<void> {
    const { tenants, intervalMs, report } = this.options;
    try {
      for (const tenantId of await tenants()) this.wake(tenantId);
    } catch (error) {
      report(error, undefined);
    }
    if (!this.stopped) this.timer = setTimeout(() => void this.round(), intervalMs);
  }

  private async run(): Promise<void> {
    // A set gives what is added while it is walked: it is the queue.
    for (const tenantId of this.due) {
      this.due.delete(tenantId);
      try {
        this.goOn(tenantId, await this.options.work(tenantId));
      } catch (error) {
        this.rest(tenantId);
        this.options.report(error, tenantId);
      }
    }
    // In the same turn as the end of the loop: who is woken now must start the next run.
    this.running = undefined;
  }

  private goOn(tenantId: string, restMs: number | undefined): void {
    this.resting.delete(tenantId);
    if (restMs === undefined || this.stopped) return;
    if (restMs === 0) this.due.add(tenantId);
    // Its turn comes with the first round after the rest.
    else this.resting.set(tenantId, { untilMs: performance.now() + restMs, restMs: 0 });
  }

  private rest(tenantId: string): void {
    const { intervalMs } = this.options;
    const restMs = Math.min(MAX_REST_MS, 2 * (this.resting.get(tenantId)?.restMs || intervalMs));
    this.resting.set(tenantId, { untilMs: performance.now() + restMs, restMs });
  }
}
