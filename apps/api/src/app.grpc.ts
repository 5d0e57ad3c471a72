import type { INestApplication } from '@nestjs/common';
import type { GrpcDoor, GrpcDoorServices } from './adapters/grpc/grpc-door.js';
import { EnvoyAuthorizer } from './decide/index.js';
import type { Config } from './platform/config/index.js';

/** Opens Envoy's door where the configuration has a port for it; undefined where it has none. */
export async function openGrpcDoor(
  app: INestApplication,
  { grpc: { port, ...settings } }: Config,
  services: Omit<GrpcDoorServices, 'authorizer'>,
): Promise<GrpcDoor | undefined> {
  if (port === undefined) return undefined;
  // Imported here alone: who has no Envoy does not load gRPC.
  const { GrpcDoor } = await import('./adapters/grpc/grpc-door.js');
  const authorizer = app.get(EnvoyAuthorizer, { strict: false });
  return GrpcDoor.open({ ...settings, port }, { ...services, authorizer });
}
