/** An auditor searches the log, proves an entry, takes an export away. Everything that is logged goes through the port in audit-log.ports.ts. */
export { AuditLog } from './audit-log.ports.js';
export { CheckpointStore } from './checkpoint.ports.js';
export { EntryIndex, LogGrowthFeed, LogProjection } from './entry-index.ports.js';
export { EvidenceModule } from './evidence.module.js';
export { EvidenceRoutes } from './evidence.routes.js';
export { EvidenceService } from './evidence.service.js';
export { EvidenceSettings } from './evidence.settings.js';
export { latestLoggedMs } from './latest-logged.js';
export { LogKeeper } from './log-keeper.js';
export { PolicyReportsRoutes } from './policy-reports/policy-reports.routes.js';
export { LogReader, LogTiles } from './log-reader.ports.js';
