import type { INestApplication } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { PostgresLogGrowth } from '../../apps/api/src/adapters/postgres/log/postgres-log-growth.js';
import { PermissionGuard } from '../../apps/api/src/console/index.js';
import { EvidenceModule } from '../../apps/api/src/evidence/evidence.module.js';
import {
  AuditLog,
  CheckpointStore,
  EntryIndex,
  EvidenceSettings,
  LogGrowthFeed,
  LogProjection,
  LogReader,
  LogTiles,
} from '../../apps/api/src/evidence/index.js';
import { Clock } from '../../apps/api/src/platform/clock.js';
import { FaultReporter } from '../../apps/api/src/platform/fault-reporter.js';
import { KeyRing } from '../../apps/api/src/platform/key-ring.js';
import { FactsRegister } from '../../apps/api/src/registers/facts.ports.js';
import type { EvidenceHarness } from './evidence-harness.js';

class Bound {}
class Root {}

/** The evidence door's GraphQL on a socket of its own; the header `x-viewer: <id>[:<role>]` says who is signed in. */
export async function openEvidenceGraphql({
  ports,
  database,
}: EvidenceHarness): Promise<INestApplication> {
  const bound = [
    [AuditLog, ports.audit],
    [LogReader, ports.reader],
    [EntryIndex, ports.index],
    [LogProjection, ports.projection],
    [LogTiles, ports.tiles],
    [CheckpointStore, ports.checkpoints],
    [LogGrowthFeed, new PostgresLogGrowth(database)],
    [KeyRing, ports.keys],
    [FactsRegister, ports.facts],
    [Clock, ports.clock],
    [FaultReporter, ports.faults],
    [EvidenceSettings, ports.settings],
  ] as const;
  const root = {
    module: Root,
    imports: [
      {
        module: Bound,
        global: true,
        providers: bound.map(([provide, useValue]) => ({ provide, useValue })),
        exports: bound.map(([provide]) => provide),
      },
      EvidenceModule,
      GraphQLModule.forRoot<MercuriusDriverConfig>({
        driver: MercuriusDriver,
        autoSchemaFile: true,
        subscription: { context: (_socket, request) => viewerOf(request.headers) },
        context: (request: { headers: Headers }) => viewerOf(request.headers),
      }),
    ],
    providers: [{ provide: APP_GUARD, useClass: PermissionGuard }],
  };
  const http = new FastifyAdapter();
  const app = await NestFactory.create(root, http, { logger: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function viewerOf(headers: Headers) {
  const [id = '', role] = String(headers['x-viewer']).split(':');
  const roles = role === undefined ? [] : [role];
  return { viewer: { tenantId: 'acme', subject: { type: 'user', id }, name: id, roles } };
}
