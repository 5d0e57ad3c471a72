import type { FaultReporter } from '../platform/fault-reporter.js';
import { INSTANCE } from '../platform/key-ring.js';
import type { FactsRegister } from '../registers/facts.ports.js';
import type { AuditLog } from './audit-log.ports.js';
import type { CheckpointSigner } from './checkpoint-signer.js';
import type { LogProjection } from './entry-index.ports.js';
import type { LogTiles } from './log-reader.ports.js';
import { PacedProjection } from './paced-projection.js';
import { TenantRounds } from './tenant-rounds.js';

export interface LogKeeperParts {
  readonly log: AuditLog;
  readonly projection: LogProjection;
  readonly tiles: LogTiles;
  readonly signer: CheckpointSigner;
  readonly facts: FactsRegister;
  readonly faults: FaultReporter;
  readonly checkpointIntervalMs: number;
}

/** How long an entry of another process may wait for its search row; our own are projected as soon as they are durable. */
const PROJECTION_INTERVAL_MS = 250;

/**
 * The work behind the log. Tiles and checkpoints keep up with any load; search rows cost more than the log itself, so they
 * have a pace of their own and may lag. Any number of processes may do it; one at a time does.
 */
export class LogKeeper {
  private readonly projecting: TenantRounds;
  private readonly signing: TenantRounds;
  private readonly paced: PacedProjection;
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly parts: LogKeeperParts) {
    const { projection, facts, faults, checkpointIntervalMs } = parts;
    const tenants = () => Promise.resolve([...facts.tenantIds(), INSTANCE]);
    this.paced = new PacedProjection(projection);
    this.projecting = new TenantRounds({
      tenants,
      work: (tenantId) => this.paced.step(tenantId),
      intervalMs: PROJECTION_INTERVAL_MS,
      report: (error) => faults.report('log-projection-failed', error),
    });
    this.signing = new TenantRounds({
      tenants,
      work: (tenantId) => this.publish(tenantId),
      intervalMs: checkpointIntervalMs,
      report: (error) => faults.report('log-checkpoint-failed', error),
    });
  }

  start(): void {
    this.unsubscribe ??= this.parts.log.onGrowth((tenantId) => this.projecting.wake(tenantId));
    this.projecting.start();
    this.signing.start();
  }

  /** Ends after the steps under way. */
  async stop(): Promise<void> {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    await Promise.all([this.projecting.stop(), this.signing.stop()]);
  }

  /** Entries without a search row yet, of the tenant that is furthest behind, as this process last saw it. */
  searchLag(): number {
    return this.paced.maxLag();
  }

  /** Tiles first: the consistency that a signer checks is then a few reads. */
  private async publish(tenantId: string): Promise<number | undefined> {
    if (await this.parts.tiles.advance(tenantId)) return 0;
    await this.parts.signer.sign(tenantId);
    return undefined;
  }
}
