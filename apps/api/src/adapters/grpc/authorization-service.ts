import type {
  Metadata,
  sendUnaryData,
  ServerUnaryCall,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  type CheckCaller,
  type CheckRequest,
  type CheckResponse,
  denyCheck,
} from '../../decide/index.js';
import { authorizationProtocol } from './envoy-protos.js';
import { peerSpiffeId } from './peer-spiffe-id.js';

/** Answers a check; never rejects. */
export interface Authorizer {
  check(request: CheckRequest, caller: CheckCaller): Promise<CheckResponse>;
}

type Call = ServerUnaryCall<CheckRequest, CheckResponse>;

/** Checks that wait for their decision in this process; more are denied at once. */
const MAX_IN_FLIGHT = 10_000;
/** Of the time that the caller waits, what the way of the answer takes. */
const ON_THE_WAY = { share: 0.1, maxMs: 100 };
/** A key and what tracing adds; gRPC itself would take any amount. */
const MAX_METADATA_BYTES = 16_384;

/**
 * The service with both ends of it made safe: bytes that cannot be decoded are a check without attributes, and an answer that
 * cannot be encoded is a denial. An error of gRPC's own would leave it to Envoy's `failure_mode_allow`.
 */
export function authorizationDefinition(): ServiceDefinition {
  const protocol = authorizationProtocol();
  const check = protocol['Check'];
  if (!check) throw new Error('the protocol has no method Check');
  const { requestDeserialize, responseSerialize } = check;
  const safe = {
    requestDeserialize: (bytes: Buffer) => attempt(() => requestDeserialize(bytes), {}),
    responseSerialize: (answer: CheckResponse) =>
      attempt(() => responseSerialize(answer), responseSerialize(denyCheck('broker-error'))),
  };
  return { ...protocol, Check: { ...check, ...safe } };
}

export class AuthorizationService {
  private inFlight = 0;

  constructor(private readonly authorizer: Authorizer) {}

  implementation(): UntypedServiceImplementation {
    return {
      Check: (call: Call, callback: sendUnaryData<CheckResponse>) => {
        // Nobody hears the answer any more: no decision is taken, and none is recorded.
        if (call.cancelled) return;
        this.answer(call).then(
          (answer) => callback(null, answer),
          () => callback(null, denyCheck('broker-error')),
        );
      },
    };
  }

  private async answer(call: Call): Promise<CheckResponse> {
    const key = presentedKey(call);
    if (key === undefined) return denyCheck('pep-unauthenticated');
    if (this.inFlight >= MAX_IN_FLIGHT) return denyCheck('broker-error');
    this.inFlight += 1;
    try {
      const spiffeId = peerSpiffeId(call.getAuthContext().sslPeerCertificate);
      return await this.authorizer.check(call.request, {
        ...key,
        spiffeId,
        remainingMs: remainingMs(call),
      });
    } finally {
      this.inFlight -= 1;
    }
  }
}

/** The key in Envoy's `initial_metadata`; undefined where there are several, or something else in its place. */
function presentedKey({ metadata }: Call): Pick<CheckCaller, 'key'> | undefined {
  if (sizeOf(metadata) > MAX_METADATA_BYTES) return undefined;
  const keys = metadata.get('x-sallyport-key');
  const credentials = metadata.get('authorization');
  if (keys.length + credentials.length === 0) return {};
  if (keys.length + credentials.length > 1) return undefined;
  const key = keys.length === 1 ? keys[0] : bearer(String(credentials[0]));
  return typeof key === 'string' && key !== '' ? { key } : undefined;
}

function sizeOf(metadata: Metadata): number {
  const entries = Object.entries(metadata.toHttp2Headers());
  return entries.reduce((bytes, [name, values]) => bytes + name.length + String(values).length, 0);
}

/** RFC 6750 §2.1 */
function bearer(credential: string): string | undefined {
  return /^bearer +([^\s]+) *$/i.exec(credential)?.[1];
}

function remainingMs(call: Call): number {
  const deadline = call.getDeadline();
  const atMs = deadline instanceof Date ? deadline.getTime() : deadline;
  const leftMs = atMs - Date.now();
  if (leftMs === Infinity) return leftMs;
  return leftMs - Math.min(leftMs * ON_THE_WAY.share, ON_THE_WAY.maxMs);
}

function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
