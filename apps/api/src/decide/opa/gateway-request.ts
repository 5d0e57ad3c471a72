import { ambiguityOf, type RequestLine } from '../forward-auth/request-line.js';
import { valueAt } from './json-pointer.js';

export type GatewayPreset = 'kong' | 'apisix' | 'envoy';

/** Where a gateway's input document has the request that it asks about: JSON Pointers. */
interface GatewayInput {
  readonly method: string;
  readonly path: string;
  readonly headers: string;
  readonly clientIp: string;
  /** The path was percent-decoded already: what an escape in it stands for is not known any more. */
  readonly isDecoded?: boolean;
}

const INPUTS: Readonly<Record<GatewayPreset, GatewayInput>> = {
  kong: {
    method: '/request/http/method',
    path: '/request/http/path',
    headers: '/request/http/headers',
    clientIp: '/client_ip',
  },
  apisix: {
    method: '/request/method',
    path: '/request/path',
    headers: '/request/headers',
    clientIp: '/var/remote_addr',
    isDecoded: true,
  },
  // Never `parsed_path`: it is decoded before it is split, so that %2F in it makes segments.
  envoy: {
    method: '/attributes/request/http/method',
    path: '/attributes/request/http/path',
    headers: '/attributes/request/http/headers',
    clientIp: '/attributes/source/address/socketAddress/address',
  },
};

/** The headers that say who asks. */
export interface Identification {
  readonly authorization?: string;
  readonly cookie?: string;
  readonly deviceId?: string;
}

export interface GatewayRequest {
  readonly line: RequestLine;
  readonly identification: Identification;
  /** Why it cannot be decided about; undefined where it can. */
  readonly problem: string | undefined;
}

/** The HTTP request in a gateway's input. What is missing or ambiguous is a problem, never a guess. */
export function readGatewayRequest(preset: GatewayPreset, input: unknown): GatewayRequest {
  const places = INPUTS[preset];
  const headers = headersOf(valueAt(input, places.headers));
  const clientIp = text(valueAt(input, places.clientIp));
  const line: RequestLine = {
    method: text(valueAt(input, places.method)),
    path: text(valueAt(input, places.path)).split('?', 1)[0] ?? '',
    ...(clientIp === '' ? {} : { clientIp }),
  };
  const problem = problemOf(line, places, headers);
  return { line, identification: problem === undefined ? identify(headers) : {}, problem };
}

type Headers = ReadonlyMap<string, unknown> | undefined;

function problemOf(
  { method, path }: RequestLine,
  { isDecoded = false }: GatewayInput,
  headers: Headers,
): string | undefined {
  if (!/^[A-Z]{1,32}$/.test(method)) return 'the method is not one HTTP method';
  if (!headers) return 'the headers are missing, or there are two of one name';
  for (const name of ['authorization', 'cookie', 'x-device-id']) {
    const value = headers.get(name);
    if (value !== undefined && typeof value !== 'string') {
      return `the header ${name} is there more than once`;
    }
  }
  if (isDecoded && path.includes('%')) return 'the path hides a delimiter';
  return ambiguityOf(path);
}

/** By lower-case name; undefined where two names differ in their case alone. */
function headersOf(value: unknown): Headers {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = Object.entries(value).map(([name, one]) => [name.toLowerCase(), one] as const);
  const headers = new Map<string, unknown>(members);
  return headers.size === members.length ? headers : undefined;
}

function identify(headers: Headers): Identification {
  const [authorization, cookie, deviceId] = ['authorization', 'cookie', 'x-device-id'].map((name) =>
    text(headers?.get(name)),
  );
  return {
    ...(authorization ? { authorization } : {}),
    ...(cookie ? { cookie } : {}),
    ...(deviceId ? { deviceId } : {}),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
