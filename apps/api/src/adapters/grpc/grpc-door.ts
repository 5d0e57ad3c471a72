import { setTimeout as sleep } from 'node:timers/promises';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import {
  AuthorizationService,
  authorizationDefinition,
  type Authorizer,
} from './authorization-service.js';
import { healthProtocol } from './envoy-protos.js';
import { HealthService } from './health-service.js';
import { ServerCertificates } from './server-certificates.js';

export interface GrpcDoorSettings {
  readonly host: string;
  readonly port: number;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly clientCaFile?: string | undefined;
  readonly maxMessageBytes: number;
}

export interface GrpcDoorServices {
  readonly authorizer: Authorizer;
  /** Whether this process can decide. */
  readonly isReady: () => Promise<boolean>;
  readonly faults: FaultReporter;
}

/** A call that takes longer than this keeps nobody from ending. */
const CUT_MS = 6_000;

/** What one connection may cost. Node itself refuses more than 128 metadata entries. */
const BOUNDS = {
  'grpc.max_concurrent_streams': 1_000,
  'grpc-node.max_session_memory': 64,
  'grpc.max_send_message_length': 1_048_576,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.max_connection_idle_ms': 900_000,
  // A proxy keeps a connection for good otherwise: with its certificate of then, and to the one process that took it.
  'grpc.max_connection_age_ms': 600_000,
  'grpc.max_connection_age_grace_ms': 30_000,
  'grpc.enable_channelz': 0,
};

/** The door for Envoy: external authorization and health over gRPC. Open until it is closed. */
export class GrpcDoor {
  private constructor(
    private readonly server: Server,
    private readonly health: HealthService,
    private readonly certificates: ServerCertificates | undefined,
  ) {}

  /** Rejects when the address is taken or a certificate is not good. Processes of one cluster share the port. */
  static async open(settings: GrpcDoorSettings, services: GrpcDoorServices): Promise<GrpcDoor> {
    const server = new Server({
      ...BOUNDS,
      'grpc.max_receive_message_length': settings.maxMessageBytes,
    });
    const authorization = new AuthorizationService(services.authorizer);
    const health = new HealthService(services.isReady);
    server.addService(authorizationDefinition(), authorization.implementation());
    server.addService(healthProtocol(), health.implementation());
    const { host, certFile, keyFile, clientCaFile } = settings;
    const certificates =
      certFile !== undefined && keyFile !== undefined
        ? new ServerCertificates({ certFile, keyFile, clientCaFile }, services.faults)
        : undefined;
    const credentials = certificates?.credentials() ?? ServerCredentials.createInsecure();
    const address = `${host.includes(':') ? `[${host}]` : host}:${settings.port}`;
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(address, credentials, (error) => (error ? reject(error) : resolve()));
    });
    return new GrpcDoor(server, health, certificates);
  }

  /** Serves on for `quietMs`, in which callers see that it is not ready any more; then finishes calls that are under way. */
  async close(quietMs: number): Promise<void> {
    await sleep(quietMs);
    this.health.stop();
    const late = setTimeout(() => this.server.forceShutdown(), CUT_MS);
    await new Promise<void>((resolve) => this.server.tryShutdown(() => resolve()));
    clearTimeout(late);
    this.certificates?.close();
  }
}
