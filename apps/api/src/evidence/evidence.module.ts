import { Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { featureParts } from '../platform/feature-parts.js';
import { FaultReporter } from '../platform/fault-reporter.js';
import { KeyRing } from '../platform/key-ring.js';
import { FactsRegister } from '../registers/facts.ports.js';
import { AccessHistoryResolver } from './access-history.resolver.js';
import { AuditLog } from './audit-log.ports.js';
import { CheckpointStore } from './checkpoint.ports.js';
import { createEvidence } from './create-evidence.js';
import { EntryIndex, LogGrowthFeed, LogProjection } from './entry-index.ports.js';
import { EntryPageResolver, EvidenceResolver } from './evidence.resolver.js';
import { EvidenceRoutes } from './evidence.routes.js';
import { EvidenceService } from './evidence.service.js';
import { EvidenceSettings } from './evidence.settings.js';
import { LogKeeper } from './log-keeper.js';
import { LogKeys } from './log-keys.js';
import { LogReader, LogTiles } from './log-reader.ports.js';
import { PolicyReportsRoutes } from './policy-reports/policy-reports.routes.js';
import { PublicLog } from './public-log.js';

/** Hears of the log's growth for as long as the application runs. */
class GrowthLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly growth: LogGrowthFeed) {}

  onApplicationBootstrap(): Promise<void> {
    return this.growth.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.growth.stop();
  }
}

/** The ports that app.module.ts binds, under the names that `createEvidence` gives them. */
const { all, part } = featureParts(
  'evidence',
  {
    audit: AuditLog,
    reader: LogReader,
    index: EntryIndex,
    projection: LogProjection,
    tiles: LogTiles,
    checkpoints: CheckpointStore,
    keys: KeyRing,
    facts: FactsRegister,
    clock: Clock,
    faults: FaultReporter,
    settings: EvidenceSettings,
  },
  createEvidence,
);

/** Nest wiring alone; what is wired to what is in create-evidence.ts. */
@Module({
  providers: [
    all,
    part(EvidenceService, ({ evidence }) => evidence),
    part(PublicLog, ({ log }) => log),
    part(LogKeys, ({ keys }) => keys),
    part(LogKeeper, ({ keeper }) => keeper),
    part(EvidenceRoutes, ({ routes }) => routes),
    part(PolicyReportsRoutes, ({ reportsRoutes }) => reportsRoutes),
    {
      provide: GrowthLifecycle,
      inject: [LogGrowthFeed],
      useFactory: (growth: LogGrowthFeed) => new GrowthLifecycle(growth),
    },
    EvidenceResolver,
    EntryPageResolver,
    AccessHistoryResolver,
  ],
  exports: [EvidenceService, LogKeeper],
})
export class EvidenceModule {}
