import {
  type FactoryProvider,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { FaultReporter } from '../platform/fault-reporter.js';
import { KeyRing } from '../platform/key-ring.js';
import { FactsRegister } from '../registers/facts.ports.js';
import { AccessHistoryResolver } from './access-history.resolver.js';
import { AuditLog } from './audit-log.ports.js';
import { CheckpointStore } from './checkpoint.ports.js';
import {
  createEvidence,
  type EvidenceDependencies,
  type EvidenceParts,
} from './create-evidence.js';
import { EntryIndex, LogGrowthFeed, LogProjection } from './entry-index.ports.js';
import { EntryPageResolver, EvidenceResolver } from './evidence.resolver.js';
import { EvidenceRoutes } from './evidence.routes.js';
import { EvidenceService } from './evidence.service.js';
import { EvidenceSettings } from './evidence.settings.js';
import { LogKeeper } from './log-keeper.js';
import { LogKeys } from './log-keys.js';
import { LogReader } from './log-reader.ports.js';
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

const PARTS = Symbol('evidence parts');

/** The ports that app.module.ts binds, under the names that `createEvidence` gives them. */
const PORTS = {
  audit: AuditLog,
  reader: LogReader,
  index: EntryIndex,
  projection: LogProjection,
  checkpoints: CheckpointStore,
  keys: KeyRing,
  facts: FactsRegister,
  clock: Clock,
  faults: FaultReporter,
  settings: EvidenceSettings,
} as const;

const parts: FactoryProvider<EvidenceParts> = {
  provide: PARTS,
  inject: Object.values(PORTS) as unknown as Type[],
  useFactory: (...bound: unknown[]) => {
    const named = Object.keys(PORTS).map((name, place) => [name, bound[place]]);
    return createEvidence(Object.fromEntries(named) as unknown as EvidenceDependencies);
  },
};

function part<T>(provide: FactoryProvider['provide'], pick: (parts: EvidenceParts) => T) {
  return { provide, inject: [PARTS], useFactory: pick } satisfies FactoryProvider<T>;
}

/** Nest wiring alone; what is wired to what is in create-evidence.ts. */
@Module({
  providers: [
    parts,
    part(EvidenceService, ({ evidence }) => evidence),
    part(PublicLog, ({ log }) => log),
    part(LogKeys, ({ keys }) => keys),
    part(LogKeeper, ({ keeper }) => keeper),
    part(EvidenceRoutes, ({ routes }) => routes),
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
