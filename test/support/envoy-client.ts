import { fileURLToPath } from 'node:url';
import {
  type ChannelCredentials,
  type Client,
  type ClientOptions,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** What Envoy makes of an answer. `code` is google.rpc.Code, `http` what the end user gets; both undefined on an error of gRPC. */
export interface EnvoyReply {
  readonly code?: number;
  readonly http?: number;
  readonly reason?: string;
  /** Of the answer to the end user where it is a denial, else for the application. */
  readonly headers: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
  readonly body?: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly error?: ServiceError;
}

export interface EnvoyCall {
  /** Envoy's `initial_metadata`. */
  readonly metadata?: Readonly<Record<string, string | readonly string[]>>;
  /** From now; negative is over already. */
  readonly deadlineMs?: number;
  readonly cancelAfterMs?: number;
}

interface Option {
  readonly header: { readonly key: string; readonly value: string };
}

interface Answer {
  readonly status: { readonly code: number; readonly message: string } | null;
  readonly denied_response?: {
    readonly status: { readonly code: number } | null;
    readonly headers: readonly Option[];
    readonly body: string;
  };
  readonly ok_response?: {
    readonly headers: readonly Option[];
    readonly headers_to_remove: readonly string[];
  };
  readonly dynamic_metadata: {
    readonly fields: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  } | null;
}

type Unary = (
  request: unknown,
  metadata: Metadata,
  options: { readonly deadline: number },
  done: (error: ServiceError | null, answer?: Answer) => void,
) => { cancel(): void };

type CheckClient = Client & { readonly Check: Unary };

const deps = new URL('../../deps/', import.meta.resolve('@grpc/grpc-js-xds'));
const loaded = loadPackageDefinition(
  loadSync('envoy/service/auth/v3/external_auth.proto', {
    includeDirs: ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((folder) =>
      fileURLToPath(new URL(folder, deps)),
    ),
    keepCase: true,
    longs: String,
    defaults: true,
  }),
) as unknown as {
  envoy: {
    service: {
      auth: {
        v3: {
          Authorization: new (
            address: string,
            channel: ChannelCredentials,
            options?: ClientOptions,
          ) => CheckClient;
        };
      };
    };
  };
};

/** External authorization as Envoy speaks it: its own protocol files, over real HTTP/2. */
export class EnvoyClient {
  private readonly client: CheckClient;

  constructor(port: number, channel = credentials.createInsecure(), options: ClientOptions = {}) {
    const { Authorization } = loaded.envoy.service.auth.v3;
    this.client = new Authorization(`127.0.0.1:${port}`, channel, {
      'grpc.max_receive_message_length': -1,
      ...options,
    });
  }

  check(request: unknown, call: EnvoyCall = {}): Promise<EnvoyReply> {
    const metadata = new Metadata();
    for (const [name, values] of Object.entries(call.metadata ?? {}))
      for (const value of [values].flat()) metadata.add(name, value);
    return new Promise((resolve) => {
      const deadline = Date.now() + (call.deadlineMs ?? 10_000);
      const sent = this.client.Check(request, metadata, { deadline }, (error, answer) =>
        resolve(error ? { ...NOTHING, error } : replyOf(answer as Answer)),
      );
      if (call.cancelAfterMs !== undefined) setTimeout(() => sent.cancel(), call.cancelAfterMs);
    });
  }

  close(): void {
    this.client.close();
  }
}

const NOTHING = { headers: {}, removed: [], metadata: {} };

/** Envoy's own order (ext_authz_grpc_impl.cc): status 0 is an allow, everything else a denial, 403 where it has no status. */
function replyOf({
  status,
  denied_response: denied,
  ok_response: ok,
  ...rest
}: Answer): EnvoyReply {
  const isAllowed = (status?.code ?? 0) === 0;
  return {
    code: status?.code ?? 0,
    http: isAllowed ? 200 : denied?.status?.code || 403,
    reason: status?.message ?? '',
    headers: textsOf((isAllowed ? ok?.headers : denied?.headers) ?? []),
    removed: ok?.headers_to_remove ?? [],
    body: denied?.body ?? '',
    metadata: Object.fromEntries(
      Object.entries(rest.dynamic_metadata?.fields ?? {}).map(([name, value]) => [
        name,
        Object.values(value)[0],
      ]),
    ),
  };
}

function textsOf(options: readonly Option[]): Record<string, string> {
  return Object.fromEntries(options.map(({ header }) => [header.key, header.value]));
}
