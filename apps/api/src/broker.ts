import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { type Adapters, closeAdapters, createAdapters } from './app.adapters.js';
import { unsafeSettings } from './adapters/postgres/log/durability.js';
import { openGrpcDoor } from './app.grpc.js';
import { AppModule } from './app.module.js';
import { AuthRoutes } from './console/index.js';
import {
  DecideRoutes,
  ForwardAuthRoutes,
  KeysRoutes,
  OAuthRoutes,
  OpaRoutes,
  KubernetesRoutes,
  PlanRoutes,
  PepLimiter,
  SearchRoutes,
  SignalsRoutes,
} from './decide/index.js';
import { mountDevIdp } from './development.js';
import { EvidenceRoutes, LogKeeper, PolicyReportsRoutes } from './evidence/index.js';
import type { Config } from './platform/config/index.js';
import { FaultReporter } from './platform/fault-reporter.js';
import { HealthRoutes } from './platform/health/health.routes.js';
import { Metrics } from './platform/health/metrics.js';
import { Authenticator } from './platform/http/authenticator.js';
import { BrokerHttpAdapter } from './platform/http/broker-http-adapter.js';
import { ConsoleFilesRoutes } from './platform/http/console-files.routes.js';
import { drainConnections } from './platform/http/drain-connections.js';
import type { RouteRegistrar } from './platform/http/route-registrar.js';
import { prepareServer, serverOptions } from './platform/http/server.js';
import { INSTANCE } from './platform/key-ring.js';
import { createLogger } from './platform/logger.js';
import { NestLogger } from './platform/nest-logger.js';
import { DemoSeeder, RegistersRoutes } from './registers/index.js';
import { startWorker } from './worker.js';

/** A request that takes longer than this keeps nobody from ending. */
const CUT_MS = 6_000;
const CONSOLE_FILES = join(import.meta.dirname, '../../web/dist');

export interface Broker {
  readonly url: string;
  /** Every REST route goes through it; tests walk them. */
  readonly server: FastifyInstance;
  /** This process's, in Prometheus' text format. */
  metrics(): Promise<string>;
  /**
   * Readiness off, no new connections, requests finished, jobs finished, reminders, log and database closed. Connections that
   * stay quiet for `quietMs` are closed, others with their next answer; 0, and quiet ones are closed at once.
   */
  close(quietMs?: number): Promise<void>;
}

export interface BrokerOptions {
  /** False where other processes of the instance have the doors. */
  readonly listens?: boolean;
  /** What `/metrics` tells; by default, this process's own. */
  readonly instanceMetrics?: () => Promise<string>;
}

/** Boot order: adapters (facts in memory) → application → routes → jobs → listen. */
export async function startBroker(config: Config, options: BrokerOptions = {}): Promise<Broker> {
  const logger = createLogger(config.logLevel);
  const metrics = new Metrics(
    () => adapters?.facts.feedAgeMs() ?? Infinity,
    () => adapters?.clock.aheadMs() ?? 0,
  );
  const faults = faultReporter(logger, metrics);
  let adapters: Adapters | undefined;
  try {
    adapters = await createAdapters(config, faults, (result) => metrics.countPolicyCheck(result));
    return await serve(config, adapters, { logger, metrics, faults, ...options });
  } catch (error) {
    if (adapters) await closeAdapters(adapters);
    throw error;
  }
}

interface Instruments {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly faults: FaultReporter;
}

async function serve(
  config: Config,
  adapters: Adapters,
  { logger, metrics, faults, ...options }: Instruments & BrokerOptions,
): Promise<Broker> {
  const http = new BrokerHttpAdapter({
    ...serverOptions(config.http.bodyLimitBytes),
    loggerInstance: oneForAll(logger),
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: config.http.trustProxy.length > 0 ? [...config.http.trustProxy] : false,
  });
  const app = await NestFactory.create(AppModule.on(adapters.providers), http, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const server = http.getInstance() as unknown as FastifyInstance;
  const health = new HealthRoutes(
    readinessChecks(adapters, config.facts.maxAgeMs),
    options.instanceMetrics ?? (() => metrics.text()),
  );
  const admission = app.get(PepLimiter, { strict: false });
  prepareServer(
    server,
    new Authenticator({
      facts: adapters.facts,
      sessions: adapters.sessions,
      adminToken: config.admin.token,
      origin: new URL(config.http.publicUrl).origin,
      admission,
    }),
  );
  metrics.observe(server);
  metrics.watch(
    'sallyport_rate_limited_requests',
    'Requests of enforcement points that were turned away because they ask too often, since the start.',
    () => admission.refused,
  );
  metrics.watch(
    'sallyport_log_search_lag_entries',
    'Entries of the log that the search does not find yet, of the tenant furthest behind; in the worker role.',
    () => app.get(LogKeeper, { strict: false }).searchLag(),
  );
  health.register(server);
  const serves = config.roles.includes('main');
  if (serves) for (const routes of registrars(app)) routes.register(server);
  if (serves) await mountDevIdp(config, server);
  await app.init();
  if (serves) new ConsoleFilesRoutes(CONSOLE_FILES).register(server);
  const worker = config.roles.includes('worker')
    ? await startWorker(app, config, adapters, faults)
    : undefined;
  const listens = options.listens ?? true;
  const isReady = () => health.isReady();
  const grpc = serves && listens ? await openGrpcDoor(app, config, { isReady, faults }) : undefined;
  if (listens) await app.listen(config.http.port, config.http.host);
  if (worker) await app.get<DemoSeeder | undefined>(DemoSeeder, { strict: false })?.seed();
  logger.info({ event: 'ready', url: config.http.publicUrl, roles: config.roles }, 'ready');
  return {
    url: config.http.publicUrl,
    server,
    metrics: () => metrics.text(),
    close: async (quietMs = 0) => {
      health.drain();
      const grpcClosed = grpc?.close(quietMs);
      const { server: sockets } = server;
      if (quietMs > 0 && sockets.listening) await drainConnections(sockets, quietMs);
      const late = setTimeout(() => sockets.closeAllConnections(), CUT_MS);
      await grpcClosed;
      await app.close();
      clearTimeout(late);
      await worker?.close();
      await closeAdapters(adapters);
      logger.info({ event: 'stopped' }, 'stopped');
    },
  };
}

/** The same logger for every request: a child for each, which Fastify would make, costs more than a decision. */
function oneForAll(logger: Logger): Logger {
  const shared: Logger = Object.create(logger, { child: { value: () => shared } }) as Logger;
  return shared;
}

function registrars(app: INestApplication): RouteRegistrar[] {
  const routes = [
    DecideRoutes,
    SearchRoutes,
    ForwardAuthRoutes,
    OpaRoutes,
    KubernetesRoutes,
    PlanRoutes,
    OAuthRoutes,
    KeysRoutes,
    SignalsRoutes,
    RegistersRoutes,
    EvidenceRoutes,
    PolicyReportsRoutes,
    AuthRoutes,
  ];
  return routes.map((token) => app.get<RouteRegistrar>(token, { strict: false }));
}

function readinessChecks({ database, facts, keys }: Adapters, maxFactsAgeMs: number) {
  return [
    { name: 'postgres', check: () => database.ping() },
    {
      // A server that was accepted although it is not durable is no reason to turn away, but one to be told.
      name: 'durable-log',
      check: async () =>
        (await unsafeSettings(database)).map((name) => `${name} is off`).join(', ') || 'ok',
    },
    {
      name: 'facts',
      check: async () => {
        if (facts.feedAgeMs() > 2 * maxFactsAgeMs) throw new Error('the facts are out of date');
      },
    },
    { name: 'signing-key', check: async () => void (await keys.signingKey(INSTANCE, 'token')) },
  ];
}

function faultReporter(logger: Logger, metrics: Metrics): FaultReporter {
  return {
    report: (event, error) => {
      metrics.countFault(event);
      logger.error({ event, err: error }, event);
    },
  };
}
