import { messageOf, type ReportProblem } from './facts-problem.js';
import type { FactsSource } from './facts-source.ports.js';
import { LatestRun } from './latest-run.js';
import { dropTenant, syncTenant, type SharedFacts } from './tenant-syncer.js';

export interface FollowerOptions {
  readonly source: FactsSource;
  readonly shared: SharedFacts;
  readonly report: ReportProblem;
  readonly monotonicMs: () => number;
  readonly pollEveryMs: number;
  readonly pruneEveryMs: number;
}

/** A synchronisation that takes longer than this has more to do than a revocation. */
const HURRY_AFTER_MS = 25;

/** Keeps the tenants of this process at what the database says: notified of each commit, and looking for itself now and then. */
export class FeedFollower {
  private readonly syncs = new Map<string, LatestRun>();
  private readonly hurries = new Map<string, NodeJS.Timeout>();
  private readonly looks = new LatestRun(() => this.look());
  private behind: readonly string[] = [];
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  private timers: NodeJS.Timeout[] = [];
  private unlisten: (() => Promise<void>) | undefined;

  constructor(private readonly options: FollowerOptions) {}

  /** Loads every tenant and follows the feed. Rejects when a load fails: a half-loaded process must not serve. */
  async start(): Promise<void> {
    const { source, report, pollEveryMs, pruneEveryMs } = this.options;
    this.unlisten = await source.listen({
      changed: (tenantId, version) => this.heard(tenantId, version),
      // Before the timers run, `start` itself looks.
      connected: () => void (this.timers.length > 0 && this.poll()),
      lost: (error) => report({ kind: 'feed-lost', message: error.message }),
    });
    try {
      await this.looks.request();
      for (const tenantId of this.behind) await this.sync(tenantId);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.timers = [
      setInterval(() => void this.poll(), pollEveryMs).unref(),
      setInterval(() => void this.prune(), pruneEveryMs).unref(),
    ];
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    for (const timer of this.hurries.values()) clearTimeout(timer);
    await this.unlisten?.();
  }

  /** When everything was last known to be complete, on the monotonic clock. */
  completeAtMs(): number {
    let oldest = this.lookedAtMs;
    for (const { completeAtMs } of this.options.shared.tenants.values())
      if (completeAtMs < oldest) oldest = completeAtMs;
    return oldest;
  }

  /** Resolves when this process has everything of the tenant that was committed before the call. */
  async sync(tenantId: string): Promise<void> {
    const run = this.syncs.get(tenantId) ?? new LatestRun(() => this.bringUp(tenantId));
    this.syncs.set(tenantId, run);
    await run.request();
    if (!this.options.shared.tenants.has(tenantId)) this.syncs.delete(tenantId);
  }

  private async bringUp(tenantId: string): Promise<void> {
    const { source, shared, monotonicMs } = this.options;
    const beganAtMs = monotonicMs();
    await syncTenant(tenantId, source, shared);
    const register = shared.tenants.get(tenantId);
    if (register) register.completeAtMs = Math.max(register.completeAtMs, beganAtMs);
  }

  private heard(tenantId: string, version: number): void {
    const known = this.options.shared.tenants.get(tenantId)?.version ?? -1;
    if (known >= version) return;
    void this.trySync(tenantId);
    if (this.hurries.has(tenantId)) return;
    const hurry = setTimeout(() => {
      this.hurries.delete(tenantId);
      void this.endAhead(tenantId, version);
    }, HURRY_AFTER_MS);
    this.hurries.set(tenantId, hurry.unref());
  }

  /** Revocations first: a large change takes its time, and what was revoked behind it must not. */
  private async endAhead(tenantId: string, version: number): Promise<void> {
    const { source, shared, report } = this.options;
    const register = shared.tenants.get(tenantId);
    if (!register || register.version >= version) return;
    try {
      const ended = await source.endedSince(tenantId, register.lookedAheadTo);
      if (ended) register.endAhead(ended.grantIds, ended.version);
      for (const id of ended?.grantIds ?? [])
        shared.changed({ tenantId, kind: 'grant', key: [id] });
    } catch (error) {
      report({ kind: 'sync-failed', tenantId, message: messageOf(error) });
    }
  }

  private async trySync(tenantId: string): Promise<void> {
    try {
      await this.sync(tenantId);
    } catch (error) {
      this.options.report({ kind: 'sync-failed', tenantId, message: messageOf(error) });
    }
  }

  private async poll(): Promise<void> {
    try {
      await this.looks.request();
    } catch (error) {
      this.options.report({ kind: 'poll-failed', message: messageOf(error) });
      return;
    }
    // Not awaited: a tenant that takes long must not make the others look out of date.
    for (const tenantId of this.behind) void this.trySync(tenantId);
    this.options.source.keepListening();
  }

  /** One look at every tenant's version. A register that has it was complete at the moment the look began. */
  private async look(): Promise<void> {
    const { source, shared, monotonicMs } = this.options;
    const beganAtMs = monotonicMs();
    const before = [...shared.tenants.keys()];
    const versions = await source.versions();
    const behind: string[] = [];
    for (const { id, version } of versions) {
      const register = shared.tenants.get(id);
      if (register && register.version >= version) register.completeAtMs = beganAtMs;
      else behind.push(id);
    }
    const existing = new Set(versions.map(({ id }) => id));
    for (const id of before) if (!existing.has(id)) dropTenant(id, shared);
    this.behind = behind;
    this.lookedAtMs = beganAtMs;
  }

  private async prune(): Promise<void> {
    const { source, shared, report } = this.options;
    for (const tenantId of shared.tenants.keys()) {
      try {
        await source.prune(tenantId);
      } catch (error) {
        report({ kind: 'prune-failed', tenantId, message: messageOf(error) });
      }
    }
  }
}
