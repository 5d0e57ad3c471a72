import { z } from 'zod';
import { integer, oneOf, text } from './setting-types.js';

/** Envoy's door: external authorization over gRPC. */
export const grpc = z.object({
  port: integer(1, 65_535).optional().meta({
    env: 'SALLYPORT_GRPC_PORT',
    description:
      'TCP port on which Envoy and Istio ask over gRPC (`envoy.service.auth.v3.Authorization`, `grpc.health.v1.Health`). Without it that door is closed.',
    defaultNote: 'closed',
  }),
  host: text(255).optional().meta({
    env: 'SALLYPORT_GRPC_HOST',
    description: 'Address to listen on.',
    defaultNote: '`0.0.0.0` in production with TLS, else `127.0.0.1`',
  }),
  certFile: text().optional().meta({
    env: 'SALLYPORT_GRPC_TLS_CERT_FILE',
    description:
      'Certificate chain of this server in PEM. Read again every minute, like the other two files.',
    defaultNote: 'no TLS',
  }),
  keyFile: text().optional().meta({
    env: 'SALLYPORT_GRPC_TLS_KEY_FILE',
    description: 'Its private key in PEM.',
    defaultNote: 'no TLS',
  }),
  clientCaFile: text().optional().meta({
    env: 'SALLYPORT_GRPC_TLS_CLIENT_CA_FILE',
    description:
      'Authorities in PEM of which every client must have a certificate. The SPIFFE ID in it names the enforcement point (`spiffeId`) where no key is presented.',
    defaultNote: 'no client certificates',
  }),
  plaintext: oneOf(['loopback', 'anywhere']).default('loopback').meta({
    env: 'SALLYPORT_GRPC_PLAINTEXT',
    description:
      'Where this door may be open without TLS. `anywhere` is for a network that encrypts by itself, such as a mesh: keys and tokens of end users travel on it.',
  }),
  maxMessageBytes: integer(65_536, 16_777_216).default(1_048_576).meta({
    env: 'SALLYPORT_GRPC_MAX_MESSAGE_BYTES',
    description: 'Largest message accepted; a larger one fails with RESOURCE_EXHAUSTED.',
  }),
});

type Grpc = z.output<typeof grpc>;

/** The settings of the door with the address it listens on. */
export type GrpcConfig = Grpc & { readonly host: string };

export function completeGrpc(parsed: Grpc, isProduction: boolean): GrpcConfig {
  const isPublic = isProduction && parsed.certFile !== undefined;
  return { ...parsed, host: parsed.host ?? (isPublic ? '0.0.0.0' : '127.0.0.1') };
}

/** What is wrong with settings that are each well-formed. */
export function grpcContradictions({
  host = '127.0.0.1',
  certFile,
  keyFile,
  clientCaFile,
  plaintext,
}: Grpc): string[] {
  const problems: string[] = [];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    problems.push(
      'SALLYPORT_GRPC_TLS_CERT_FILE: set it and SALLYPORT_GRPC_TLS_KEY_FILE, or neither',
    );
  }
  if (clientCaFile !== undefined && certFile === undefined) {
    problems.push('SALLYPORT_GRPC_TLS_CLIENT_CA_FILE: needs SALLYPORT_GRPC_TLS_CERT_FILE');
  }
  if (certFile === undefined && plaintext === 'loopback' && !isLoopback(host)) {
    problems.push(
      'SALLYPORT_GRPC_HOST: without TLS only a loopback address is allowed, or set SALLYPORT_GRPC_PLAINTEXT',
    );
  }
  return problems;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
