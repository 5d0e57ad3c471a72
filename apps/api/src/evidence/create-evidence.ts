import type { Clock } from '../platform/clock.js';
import type { FaultReporter } from '../platform/fault-reporter.js';
import type { KeyRing } from '../platform/key-ring.js';
import type { FactsRegister } from '../registers/facts.ports.js';
import type { AuditLog } from './audit-log.ports.js';
import { CheckpointSigner } from './checkpoint-signer.js';
import type { CheckpointStore } from './checkpoint.ports.js';
import type { EntryIndex, LogProjection } from './entry-index.ports.js';
import { BundleWriter } from './evidence-bundle.js';
import { EvidenceExporter } from './evidence-exporter.js';
import { EvidenceRoutes } from './evidence.routes.js';
import { EvidenceService } from './evidence.service.js';
import type { EvidenceSettings } from './evidence.settings.js';
import { LogKeeper } from './log-keeper.js';
import { LogKeys } from './log-keys.js';
import type { LogReader, LogTiles } from './log-reader.ports.js';
import { PolicyReportsRoutes } from './policy-reports/policy-reports.routes.js';
import { PublicLog } from './public-log.js';
import { TreeHashes } from './tree-hashes.js';

export interface EvidenceDependencies {
  readonly audit: AuditLog;
  readonly reader: LogReader;
  readonly index: EntryIndex;
  readonly projection: LogProjection;
  readonly tiles: LogTiles;
  readonly checkpoints: CheckpointStore;
  readonly keys: KeyRing;
  readonly facts: FactsRegister;
  readonly clock: Clock;
  readonly faults: FaultReporter;
  readonly settings: EvidenceSettings;
}

export interface EvidenceParts {
  readonly evidence: EvidenceService;
  readonly log: PublicLog;
  readonly keys: LogKeys;
  readonly signer: CheckpointSigner;
  readonly keeper: LogKeeper;
  readonly exporter: EvidenceExporter;
  readonly routes: EvidenceRoutes;
  readonly reportsRoutes: PolicyReportsRoutes;
}

/** The evidence door from its ports: the same for the application and for tests. */
export function createEvidence(ports: EvidenceDependencies): EvidenceParts {
  const { audit, reader, index, projection, checkpoints, facts, clock, faults, settings } = ports;
  const { publicUrl, checkpointIntervalMs, version } = settings;
  const hashes = new TreeHashes(reader);
  const keys = new LogKeys(ports.keys, publicUrl);
  const log = new PublicLog(reader, hashes, keys);
  const evidence = new EvidenceService(index, reader, projection, log);
  const signer = new CheckpointSigner(checkpoints, hashes, ports.keys, clock, publicUrl);
  const keeper = new LogKeeper({
    log: audit,
    projection,
    tiles: ports.tiles,
    signer,
    facts,
    faults,
    checkpointIntervalMs,
  });
  const bundles = new BundleWriter(reader, hashes);
  const exporter = new EvidenceExporter({
    index,
    projection,
    log,
    keys,
    bundles,
    audit,
    clock,
    version,
  });
  const routes = new EvidenceRoutes(evidence, log, exporter);
  const reportsRoutes = new PolicyReportsRoutes(evidence, facts);
  return { evidence, log, keys, signer, keeper, exporter, routes, reportsRoutes };
}
