import type { EntityRef, PolicyBundle } from '@sallyport/contracts';
import type { Place } from '@sallyport/risk';
import type { Clock } from '../platform/clock.js';
import type { PolicyLoader } from '../policies/policy-loader.js';
import { CredentialIndex } from './credential-index.js';
import { messageOf, type ReportProblem } from './facts-problem.js';
import type { FactsSource } from './facts-source.ports.js';
import {
  FactsRegister,
  type ApiTokenHolder,
  type FactChange,
  type Pep,
  type TenantFacts,
} from './facts.ports.js';
import { FeedFollower } from './feed-follower.js';
import { PlaceWriter } from './place-writer.js';
import { PolicySlots } from './policy-slots.js';
import type { TenantRegister } from './tenant-register.js';
import type { SharedFacts } from './tenant-syncer.js';

export interface MemoryFactsOptions {
  readonly source: FactsSource;
  readonly policies: PolicyLoader;
  readonly clock: Clock;
  readonly report: ReportProblem;
  /** Milliseconds on a clock that never jumps; the feed's age is measured with it. */
  readonly monotonicMs?: () => number;
  /** The age beyond which facts count as stale: the process looks for changes several times within it. */
  readonly maxAgeMs?: number;
  /** Of each register of a tenant; what is larger is held in part. Everything where it is absent. */
  readonly maxItems?: number;
  readonly pollEveryMs?: number;
  readonly pruneEveryMs?: number;
}

const LOOKS_WITHIN_BOUND = 5;

/**
 * The facts of every tenant in this process's memory (design §5): loaded at start, then moved forward by the change
 * feed, with a poll behind it for what the feed may lose. Nothing is answered before `start()` resolved.
 */
export class MemoryFactsRegister extends FactsRegister {
  private readonly credentials = new CredentialIndex();
  private readonly tenants = new Map<string, TenantRegister>();
  private readonly listeners = new Set<(change: FactChange) => void>();
  private readonly policies: PolicySlots;
  private readonly follower: FeedFollower;
  private readonly places: PlaceWriter;
  private readonly monotonicMs: () => number;
  private isStarted = false;

  constructor(private readonly options: MemoryFactsOptions) {
    super();
    const { source, policies, report, maxAgeMs = 5_000, pruneEveryMs = 600_000 } = options;
    const { pollEveryMs = Math.min(1_000, maxAgeMs / LOOKS_WITHIN_BOUND) } = options;
    this.policies = new PolicySlots(policies, report);
    this.places = new PlaceWriter(source, report);
    this.monotonicMs = options.monotonicMs ?? (() => performance.now());
    const shared: SharedFacts = {
      tenants: this.tenants,
      credentials: this.credentials,
      policies: this.policies,
      maxItems: options.maxItems ?? Number.POSITIVE_INFINITY,
      changed: (change) => this.announce(change),
      catchUp: (tenantId) => this.follower.sync(tenantId),
    };
    const { monotonicMs } = this;
    const following = { source, shared, report, monotonicMs, pollEveryMs, pruneEveryMs };
    this.follower = new FeedFollower(following);
  }

  /** Loads every tenant and follows the feed. Rejects when the first load fails: a half-loaded process must not serve. */
  async start(): Promise<void> {
    await this.follower.start();
    this.isStarted = true;
  }

  /** Stops following, and writes the places that still wait. */
  async stop(): Promise<void> {
    await this.follower.stop();
    await this.places.close();
  }

  get isReady(): boolean {
    return this.isStarted;
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

  pepBySpiffeId(spiffeId: string): Pep | undefined {
    return this.credentials.pepBySpiffeId(spiffeId);
  }

  apiToken(secret: string): ApiTokenHolder | undefined {
    return this.credentials.apiToken(secret, this.options.clock.nowMs());
  }

  catchUp(tenantId: string): Promise<void> {
    return this.follower.sync(tenantId);
  }

  stagePolicy(tenantId: string, version: string): Promise<void> {
    return this.policies.stage(tenantId, version);
  }

  distrustPolicy(tenantId: string, version: string, sources: PolicyBundle): void {
    const register = this.tenants.get(tenantId);
    if (register) this.policies.distrust(register, version, sources);
  }

  feedAgeMs(tenantId?: string): number {
    const completeAtMs =
      tenantId === undefined
        ? this.follower.completeAtMs()
        : (this.tenants.get(tenantId)?.completeAtMs ?? Number.NEGATIVE_INFINITY);
    return this.monotonicMs() - completeAtMs;
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
        this.options.report({ kind: 'listener-failed', message: messageOf(error) });
      }
    }
  }
}
