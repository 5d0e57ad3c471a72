import type { EntityRef } from '@sallyport/contracts';
import type { PolicyEngine } from '@sallyport/policy';
import type { Place } from '@sallyport/risk';
import type { Clock } from '../platform/clock.js';
import { CredentialIndex } from './credential-index.js';
import { messageOf, type FactsProblem, type ReportProblem } from './facts-problem.js';
import type { FactsSource } from './facts-source.ports.js';
import {
  FactsRegister,
  type ApiTokenHolder,
  type FactChange,
  type Pep,
  type TenantFacts,
} from './facts.ports.js';
import { LatestRun } from './latest-run.js';
import { PlaceWriter } from './place-writer.js';
import { PolicySlots } from './policy-slots.js';
import type { TenantRegister } from './tenant-register.js';
import { dropTenant, syncTenant, type SharedFacts } from './tenant-syncer.js';

export interface MemoryFactsOptions {
  readonly source: FactsSource;
  readonly engine: PolicyEngine;
  readonly clock: Clock;
  readonly report: ReportProblem;
  /** Milliseconds on a clock that never jumps; the feed's age is measured with it. */
  readonly monotonicMs?: () => number;
  readonly pollEveryMs?: number;
  readonly pruneEveryMs?: number;
}

/**
 * The facts of every tenant in this process's memory (design §5): loaded at start, then moved forward by the change
 * feed, with a poll behind it for what the feed may lose. Nothing is answered before `start()` resolved.
 */
export class MemoryFactsRegister extends FactsRegister {
  private readonly credentials = new CredentialIndex();
  private readonly tenants = new Map<string, TenantRegister>();
  private readonly listeners = new Set<(change: FactChange) => void>();
  private readonly syncs = new Map<string, LatestRun>();
  private readonly shared: SharedFacts;
  private readonly places: PlaceWriter;
  private readonly rounds = new LatestRun(() => this.round());
  private readonly monotonicMs: () => number;
  private completeAtMs = Number.NEGATIVE_INFINITY;
  private timers: NodeJS.Timeout[] = [];
  private unlisten: (() => Promise<void>) | undefined;

  constructor(private readonly options: MemoryFactsOptions) {
    super();
    const { source, engine, report } = options;
    this.places = new PlaceWriter(source, report);
    this.monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.shared = {
      tenants: this.tenants,
      credentials: this.credentials,
      policies: new PolicySlots(engine, report),
      changed: (change) => this.announce(change),
    };
  }

  /** Loads every tenant and follows the feed. Rejects when the first load fails: a half-loaded process must not serve. */
  async start(): Promise<void> {
    const { source, report, pollEveryMs = 1_000, pruneEveryMs = 600_000 } = this.options;
    this.unlisten = await source.listen({
      changed: (tenantId, version) => this.heard(tenantId, version),
      connected: () => void this.poll(),
      lost: (error) => report({ kind: 'feed-lost', message: error.message }),
    });
    try {
      await this.rounds.request();
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.timers = [
      setInterval(() => void this.poll(), pollEveryMs).unref(),
      setInterval(() => void this.prune(), pruneEveryMs).unref(),
    ];
  }

  /** Stops following, and writes the places that still wait. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.unlisten?.();
    await this.places.close();
  }

  get isReady(): boolean {
    return Number.isFinite(this.completeAtMs);
  }

  tenant(tenantId: string): TenantFacts | undefined {
    return this.tenants.get(tenantId);
  }

  tenantIds(): readonly string[] {
    return [...this.tenants.keys()];
  }

  pepByKey(key: string): Pep | undefined {
    return this.credentials.pep(key);
  }

  apiToken(secret: string): ApiTokenHolder | undefined {
    return this.credentials.apiToken(secret, this.options.clock.nowMs());
  }

  catchUp(tenantId: string): Promise<void> {
    return this.sync(tenantId);
  }

  feedAgeMs(): number {
    return this.monotonicMs() - this.completeAtMs;
  }

  recordPlace(tenantId: string, subject: EntityRef, observed: Place): void {
    const baseline = this.tenants.get(tenantId)?.sight(subject, observed);
    if (baseline) this.places.write(tenantId, subject, baseline);
  }

  onChange(listener: (change: FactChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private announce(change: FactChange): void {
    for (const listener of this.listeners) {
      try {
        listener(change);
      } catch (error) {
        this.report({ kind: 'listener-failed', message: messageOf(error) });
      }
    }
  }

  private heard(tenantId: string, version: number): void {
    const known = this.tenants.get(tenantId)?.version ?? -1;
    if (known < version) void this.trySync(tenantId);
  }

  private async trySync(tenantId: string): Promise<boolean> {
    try {
      await this.sync(tenantId);
      return true;
    } catch (error) {
      this.report({ kind: 'sync-failed', tenantId, message: messageOf(error) });
      return false;
    }
  }

  private async sync(tenantId: string): Promise<void> {
    const run =
      this.syncs.get(tenantId) ??
      new LatestRun(() => syncTenant(tenantId, this.options.source, this.shared));
    this.syncs.set(tenantId, run);
    await run.request();
    if (!this.tenants.has(tenantId)) this.syncs.delete(tenantId);
  }

  private async poll(): Promise<void> {
    try {
      await this.rounds.request();
    } catch (error) {
      this.report({ kind: 'poll-failed', message: messageOf(error) });
    }
  }

  /** One look at every tenant's version. The feed is complete as of the moment the look began. */
  private async round(): Promise<void> {
    const beganAtMs = this.monotonicMs();
    const before = this.tenantIds();
    const versions = await this.options.source.versions();
    const failed: string[] = [];
    for (const { id, version } of versions) {
      const isBehind = (this.tenants.get(id)?.version ?? -1) < version;
      if (isBehind && !(await this.trySync(id))) failed.push(id);
    }
    const existing = new Set(versions.map(({ id }) => id));
    for (const id of before) if (!existing.has(id)) dropTenant(id, this.shared);
    if (failed.length > 0) throw new Error(`the facts of ${failed.join(', ')} could not be read`);
    this.completeAtMs = beganAtMs;
    this.options.source.keepListening();
  }

  private async prune(): Promise<void> {
    for (const tenantId of this.tenantIds()) {
      try {
        await this.options.source.prune(tenantId);
      } catch (error) {
        this.report({ kind: 'prune-failed', tenantId, message: messageOf(error) });
      }
    }
  }

  private report(problem: FactsProblem): void {
    this.options.report(problem);
  }
}
