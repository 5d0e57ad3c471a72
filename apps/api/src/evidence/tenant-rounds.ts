export interface RoundsOptions {
  /** Every tenant whose log there may be. */
  readonly tenants: () => Promise<readonly string[]>;
  /** One step of work for a tenant; true when there is more to do at once. */
  readonly work: (tenantId: string) => Promise<boolean>;
  readonly intervalMs: number;
  /** Hears what failed; the tenant's turn comes again with the next round. */
  readonly report: (error: unknown, tenantId: string | undefined) => void;
}

/**
 * Work that is due for every tenant again and again: a round each interval, and a tenant out of turn when woken. One step
 * at a time, and a tenant with more to do queues up behind the others.
 */
export class TenantRounds {
  private readonly due = new Set<string>();
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
    if (this.stopped) return;
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
    for (const tenantId of this.due) {
      this.due.delete(tenantId);
      try {
        if ((await this.options.work(tenantId)) && !this.stopped) this.due.add(tenantId);
      } catch (error) {
        this.options.report(error, tenantId);
      }
    }
    // In the same turn as the end of the loop: who is woken now must start the next run.
    this.running = undefined;
  }
}
