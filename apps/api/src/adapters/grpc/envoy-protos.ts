import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON, loadSync, type Options, type PackageDefinition } from '@grpc/proto-loader';

/** Names as in the protocol; what is missing has its default, so that an absent text is '' and an absent message null. */
const OPTIONS: Options = { keepCase: true, longs: String, defaults: true };

/** Envoy's protocol as its maintainers publish it; the package of gRPC's own xDS client brings the files along. */
const FOLDERS = ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'];

/** `envoy.service.auth.v3.Authorization`. */
export function authorizationProtocol(): ServiceDefinition {
  const deps = new URL('../../deps/', import.meta.resolve('@grpc/grpc-js-xds'));
  const includeDirs = FOLDERS.map((folder) => fileURLToPath(new URL(folder, deps)));
  const loaded = loadSync('envoy/service/auth/v3/external_auth.proto', { ...OPTIONS, includeDirs });
  return service(loaded, AUTHORIZATION);
}

/** `grpc.health.v1.Health` (gRPC Health Checking Protocol). */
export function healthProtocol(): ServiceDefinition {
  return service(fromJSON(HEALTH_PROTO as unknown as Json, OPTIONS), HEALTH);
}

export const AUTHORIZATION = 'envoy.service.auth.v3.Authorization';
export const HEALTH = 'grpc.health.v1.Health';
/** `HealthCheckResponse.ServingStatus` */
export const SERVING = 1;
export const NOT_SERVING = 2;
export const SERVICE_UNKNOWN = 3;

const ASKS = { requestType: 'HealthCheckRequest', responseType: 'HealthCheckResponse' };
const HEALTH_V1 = {
  HealthCheckRequest: { fields: { service: { type: 'string', id: 1 } } },
  HealthCheckResponse: {
    fields: { status: { type: 'ServingStatus', id: 1 } },
    nested: {
      ServingStatus: { values: { UNKNOWN: 0, SERVING, NOT_SERVING, SERVICE_UNKNOWN } },
    },
  },
  Health: { methods: { Check: ASKS, Watch: { ...ASKS, responseStream: true } } },
};
const HEALTH_PROTO = {
  nested: { grpc: { nested: { health: { nested: { v1: { nested: HEALTH_V1 } } } } } },
};

/** The type of a descriptor wants members that the parser does not. */
type Json = Parameters<typeof fromJSON>[0];

function service(loaded: PackageDefinition, name: string): ServiceDefinition {
  const found = loaded[name];
  if (!found || 'format' in found) throw new Error(`the protocol has no service ${name}`);
  return found as ServiceDefinition;
}
