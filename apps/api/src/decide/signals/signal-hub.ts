import { UnavailableError } from '../../platform/errors.js';
import type { FactChange, FactsRegister, Pep } from '../../registers/facts.ports.js';
import { SignalStream } from './signal-stream.js';
import { TenantSignals } from './tenant-signals.js';

export interface HubLimits {
  readonly maxStreams: number;
  readonly maxStreamsPerPep: number;
  /** How long changes are remembered for, after the last who was told had gone. */
  readonly rememberMs: number;
}

const LIMITS: HubLimits = { maxStreams: 1_000, maxStreamsPerPep: 16, rememberMs: 60_000 };

/** Tells enforcement points what changed in their tenant. Only tenants that somebody listens to cost anything. */
export class SignalHub {
  private readonly tenants = new Map<string, TenantSignals>();
  private readonly forgetting = new Map<string, NodeJS.Timeout>();
  private unsubscribe: (() => void) | undefined;
  private isStopped = false;

  constructor(
    private readonly facts: FactsRegister,
    private readonly settings: { readonly maxFeedAgeMs: number },
    private readonly limits = LIMITS,
  ) {}

  /** Throws UnavailableError where there are too many, or the broker is about to stop. */
  open(pep: Pep, seen: number | undefined): SignalStream {
    this.requireRoom(pep);
    this.unsubscribe ??= this.facts.onChange((change) => this.changed(change));
    const { tenantId } = pep;
    const tenant = this.tenants.get(tenantId) ?? this.newTenant(tenantId);
    clearTimeout(this.forgetting.get(tenantId));
    this.forgetting.delete(tenantId);
    const stream = new SignalStream(pep);
    stream.once('close', () => this.closed(tenantId, tenant, stream));
    tenant.join(stream, seen);
    return stream;
  }

  /**
   * Says to everybody that they are told everything. A tenant whose facts may be out of date gets no such word: silence is what makes an
   * enforcement point ask again.
   */
  beat(): void {
    for (const [tenantId, { streams }] of this.tenants) {
      if (this.facts.feedAgeMs(tenantId) > this.settings.maxFeedAgeMs) continue;
      for (const stream of streams) stream.tell('heartbeat', this.versionOf(tenantId), {});
    }
  }

  /** Ends every stream, and opens none any more. */
  stop(): void {
    this.isStopped = true;
    this.unsubscribe?.();
    for (const timer of this.forgetting.values()) clearTimeout(timer);
    for (const { streams } of this.tenants.values()) for (const one of streams) one.finish();
  }

  private requireRoom({ tenantId, name }: Pep): void {
    const all = [...this.tenants.values()].reduce((sum, { streams }) => sum + streams.size, 0);
    const own = [...(this.tenants.get(tenantId)?.streams ?? [])].filter(
      ({ pep }) => pep.name === name,
    );
    if (
      this.isStopped ||
      all >= this.limits.maxStreams ||
      own.length >= this.limits.maxStreamsPerPep
    )
      throw new UnavailableError('there are as many streams of signals as there may be');
  }

  private newTenant(tenantId: string): TenantSignals {
    const versionNow = () => this.versionOf(tenantId);
    const tenant = new TenantSignals(versionNow(), versionNow);
    this.tenants.set(tenantId, tenant);
    return tenant;
  }

  private versionOf(tenantId: string): number {
    return this.facts.tenant(tenantId)?.version ?? 0;
  }

  private changed(change: FactChange): void {
    this.tenants.get(change.tenantId)?.add(change);
  }

  private closed(tenantId: string, tenant: TenantSignals, stream: SignalStream): void {
    tenant.streams.delete(stream);
    if (tenant.streams.size > 0 || this.isStopped) return;
    const timer = setTimeout(() => {
      this.tenants.delete(tenantId);
      this.forgetting.delete(tenantId);
    }, this.limits.rememberMs);
    this.forgetting.set(tenantId, timer.unref());
  }
}
