import { hkdfSync } from 'node:crypto';
import { basename } from 'node:path';
import type { InjectionToken, ValueProvider } from '@nestjs/common';
import { AccessStore, Reminders } from './access/index.js';
import { DEV_IDP_PATH } from './adapters/dev-idp/dev-idp-path.js';
import { MmdbGeoLocator } from './adapters/geo/mmdb-geo-locator.js';
import { RemoteIssuerKeys } from './adapters/idp/remote-issuer-keys.js';
import { PostgresKeyRing } from './adapters/keys/postgres-key-ring.js';
import { PostgresAccessStore } from './adapters/postgres/access/postgres-access-store.js';
import { PostgresApiTokenStore } from './adapters/postgres/console/postgres-api-token-store.js';
import { PostgresSessionStore } from './adapters/postgres/console/postgres-session-store.js';
import { Database } from './adapters/postgres/database.js';
import { judgeDurability } from './adapters/postgres/log/durability.js';
import { PostgresAuditLog } from './adapters/postgres/log/postgres-audit-log.js';
import { PostgresCheckpointStore } from './adapters/postgres/log/postgres-checkpoint-store.js';
import { PostgresEntryIndex } from './adapters/postgres/log/postgres-entry-index.js';
import { PostgresLogGrowth } from './adapters/postgres/log/postgres-log-growth.js';
import { PostgresLogReader } from './adapters/postgres/log/postgres-log-reader.js';
import { PostgresLogTiles } from './adapters/postgres/log/postgres-log-tiles.js';
import { readNoTiles } from './adapters/postgres/log/tile-reads.js';
import { PostgresProjection } from './adapters/postgres/log/postgres-projection.js';
import { PostgresFactsSource } from './adapters/postgres/registers/postgres-facts.js';
import { PostgresTenantStore } from './adapters/postgres/registers/postgres-tenant-store.js';
import { PostgresTokenStore } from './adapters/postgres/tokens/postgres-token-store.js';
import { QueueReminders } from './adapters/queue/expiry-queue.js';
import { ApiTokenStore, ConsoleOptions, SessionStore } from './console/index.js';
import { DecideSettings, GeoLocator, IssuerKeys, TokenStore } from './decide/index.js';
import {
  AuditLog,
  CheckpointStore,
  EntryIndex,
  EvidenceSettings,
  latestLoggedMs,
  LogGrowthFeed,
  LogProjection,
  LogReader,
  LogTiles,
} from './evidence/index.js';
import { Clock, SteadyClock } from './platform/clock.js';
import type { Config } from './platform/config/index.js';
import { FaultReporter } from './platform/fault-reporter.js';
import { SessionReader } from './platform/http/credential.js';
import { KeyRing } from './platform/key-ring.js';
import { VERSION } from './platform/version.js';
import { createCrossCheck, createPolicies, type CrossCheck } from './app.policies.js';
import type { CheckResult } from './policies/cross-check/cross-checker.js';
import { DecisionSampler } from './policies/cross-check/decision-sampler.js';
import { PolicyGate } from './policies/policy-gate.js';
import type { ArtifactProblem } from './policies/policy-loader.js';
import { PolicyStore } from './policies/policy-store.ports.js';
import type { FactsProblem } from './registers/facts-problem.js';
import {
  FactsRegister,
  MemoryFactsRegister,
  RegistersSettings,
  TenantStore,
} from './registers/index.js';

/** A question that is not judged within this time is denied. */
const DECISION_DEADLINE_MS = 2_000;
/** As many tenants are written at the same time by all decision processes of the instance. */
const LOG_CONNECTIONS = 8;
/** For a proof, and for what the broker itself reads every second. No pool has fewer. */
const READY_CONNECTIONS = 2;

/** Everything that touches the outside, made once; what the features see of it are their ports. */
export interface Adapters {
  readonly database: Database;
  readonly facts: MemoryFactsRegister;
  readonly log: PostgresAuditLog;
  readonly reminders: QueueReminders;
  readonly crossCheck: CrossCheck;
  readonly clock: SteadyClock;
  readonly keys: KeyRing;
  readonly sessions: SessionStore;
  readonly providers: readonly ValueProvider[];
}

/** Where a port meets its adapter. Resolves when the facts of every tenant are in memory. */
export async function createAdapters(
  config: Config,
  faults: FaultReporter,
  countPolicyCheck: (result: CheckResult) => void,
): Promise<Adapters> {
  const clock = new SteadyClock({
    stepped: (byMs) => faults.report('clock-stepped', new Error(`the clock was set by ${byMs} ms`)),
  });
  const { url } = config.database;
  const share = (connections: number) => Math.max(2, Math.ceil(connections / config.workers));
  const database = new Database({
    url,
    poolSize: share(config.database.poolSize),
    ready: { count: READY_CONNECTIONS, use: readNoTiles },
  });
  await judgeDurability(database, config.audit.notDurable, (error) =>
    faults.report('log-not-durable', error),
  );
  await database.warmUp();
  const log = new PostgresAuditLog(database, {
    maxBatchEntries: config.audit.maxBatch,
    connections: share(LOG_CONNECTIONS),
  });
  const report = ({ kind, message, ...detail }: FactsProblem | ArtifactProblem) =>
    faults.report(kind, Object.assign(new Error(message), detail));
  const { masterKey } = config.keys;
  const policies = createPolicies({ database, masterKey, log, report });
  const facts = new MemoryFactsRegister({
    source: new PostgresFactsSource(database, url),
    policies: policies.loader,
    clock,
    maxAgeMs: config.facts.maxAgeMs,
    maxItems: config.facts.maxItems,
    report,
  });
  const crossCheck = createCrossCheck({
    settings: config.policies,
    store: policies.store,
    facts,
    clock,
    faults,
    count: countPolicyCheck,
  });
  const keys = new PostgresKeyRing({ database, masterKey, clock });
  const sessions = new PostgresSessionStore(
    database,
    log,
    facts,
    clock,
    config.sessions.ttlSeconds,
  );
  const reminders = new QueueReminders(
    { databaseUrl: url, redisUrl: config.redis.url },
    clock,
    (event, error) => faults.report(event, error),
  );
  await facts.start();
  const reader = new PostgresLogReader(database);
  clock.startNoEarlierThan(await latestLoggedMs(reader, facts.tenantIds()));
  const bindings: readonly (readonly [InjectionToken, unknown])[] = [
    [Clock, clock],
    [FaultReporter, faults],
    [AuditLog, log],
    [LogReader, reader],
    [EntryIndex, new PostgresEntryIndex(database)],
    [LogProjection, new PostgresProjection(database)],
    [LogTiles, new PostgresLogTiles(database)],
    [CheckpointStore, new PostgresCheckpointStore(database)],
    [LogGrowthFeed, new PostgresLogGrowth(database)],
    [EvidenceSettings, evidenceSettings(config)],
    [FactsRegister, facts],
    [KeyRing, keys],
    [SessionStore, sessions],
    [SessionReader, sessions],
    [ApiTokenStore, new PostgresApiTokenStore(database, log)],
    [AccessStore, new PostgresAccessStore(database, log)],
    [Reminders, reminders],
    [TokenStore, new PostgresTokenStore(database, log)],
    [GeoLocator, await MmdbGeoLocator.open(config.geo)],
    [IssuerKeys, new RemoteIssuerKeys({ clock })],
    [TenantStore, new PostgresTenantStore(database, policies.seal)],
    [PolicyStore, policies.store],
    [PolicyGate, policies.gate],
    [DecisionSampler, crossCheck.sampler],
    [RegistersSettings, registersSettings(config)],
    [DecideSettings, decideSettings(config)],
    [ConsoleOptions, consoleOptions(config)],
  ];
  const providers = bindings.map(([provide, useValue]) => ({ provide, useValue }));
  return { database, facts, log, reminders, crossCheck, clock, keys, sessions, providers };
}

/** In the order in which they depend on each other, last first. */
export async function closeAdapters(adapters: Adapters): Promise<void> {
  const { reminders, crossCheck, facts, log, database } = adapters;
  await reminders.close();
  await crossCheck.close();
  await facts.stop();
  await log.close();
  await database.close();
}

function decideSettings(config: Config): DecideSettings {
  return {
    publicUrl: config.http.publicUrl,
    deadlineMs: DECISION_DEADLINE_MS,
    maxFeedAgeMs: config.facts.maxAgeMs,
    limits: { perSecond: config.limits.perSecond, burst: config.limits.burst },
    cursorKey: new Uint8Array(
      hkdfSync('sha256', config.keys.masterKey, '', 'sallyport search pages', 32),
    ),
  };
}

function evidenceSettings({ http, audit }: Config): EvidenceSettings {
  return {
    publicUrl: http.publicUrl,
    checkpointIntervalMs: audit.checkpointIntervalMs,
    version: VERSION,
  };
}

function registersSettings({ profile, demo }: Config): RegistersSettings {
  const { tenantDir, pepKey } = demo;
  const hasDemo = profile === 'development' && tenantDir !== undefined && pepKey !== undefined;
  return {
    allowsBuiltinIssuer: profile === 'development',
    demo: hasDemo ? { directory: tenantDir, tenantId: basename(tenantDir), pepKey } : undefined,
  };
}

function consoleOptions(config: Config): ConsoleOptions {
  const { publicUrl } = config.http;
  const isDevelopment = config.profile === 'development';
  return new ConsoleOptions({
    environment: config.profile,
    publicUrl,
    builtinIssuer: isDevelopment ? `${publicUrl}${DEV_IDP_PATH}` : undefined,
    masterKey: config.keys.masterKey,
    clientSecret: () => undefined,
  });
}
