import type { IncomingHttpHeaders } from 'node:http';

/** The request that a gateway asks about, as it says. */
export interface RequestLine {
  readonly method: string;
  /** The raw path without the query, as the client sent it. */
  readonly path: string;
  /** The client's address, as this kind of gateway hands it on. */
  readonly clientIp?: string;
}

export type RequestLineResult =
  | { readonly ok: true; readonly line: RequestLine }
  /** `seen`: what was asked, as far as it could be read; only to be shown. */
  | { readonly ok: false; readonly problem: string; readonly seen: RequestLine };

interface Dialect {
  readonly method: string;
  readonly uri: string;
}

/** Traefik, Caddy and APISIX; nginx. */
const FORWARDED: Dialect = { method: 'x-forwarded-method', uri: 'x-forwarded-uri' };
const ORIGINAL: Dialect = { method: 'x-original-method', uri: 'x-original-uri' };

/** Headers that decide what is asked: two of one name would leave open which one the gateway meant. */
const SINGLE = [
  FORWARDED.method,
  FORWARDED.uri,
  ORIGINAL.method,
  ORIGINAL.uri,
  'x-forwarded-host',
  'x-real-ip',
  'x-device-id',
  'x-sallyport-key',
  'authorization',
];

/**
 * Reads the request line in the gateway's dialect. Headers of two dialects are refused even where they agree: a client sent those
 * that its gateway does not set, and which dialect it is also says which header names the client's address.
 */
export function readRequestLine(
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
): RequestLineResult {
  const dialect = [FORWARDED, ORIGINAL].find(
    (one) => text(headers, one.method) !== '' && text(headers, one.uri) !== '',
  );
  const line = lineOf(headers, dialect ?? ORIGINAL);
  const problem = dialect
    ? problemOf(headers, rawHeaders, dialect, line)
    : 'the headers that name method and URI are missing';
  return problem === undefined ? { ok: true, line } : { ok: false, problem, seen: line };
}

function lineOf(headers: IncomingHttpHeaders, dialect: Dialect): RequestLine {
  const clientIp = clientIpOf(headers, dialect);
  return {
    method: text(headers, dialect.method),
    path: text(headers, dialect.uri).split('?', 1)[0] ?? '',
    ...(clientIp === undefined ? {} : { clientIp }),
  };
}

function problemOf(
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
  dialect: Dialect,
  { method, path }: RequestLine,
): string | undefined {
  const twice = SINGLE.find((name) => countOf(name, rawHeaders) > 1);
  if (twice !== undefined) return `the header ${twice} is there more than once`;
  const other = dialect === FORWARDED ? ORIGINAL : FORWARDED;
  if (text(headers, other.method) !== '' || text(headers, other.uri) !== '') {
    return 'headers of two dialects are present';
  }
  if (!/^[A-Z]{1,32}$/.test(method)) return 'the method is not one HTTP method';
  return ambiguityOf(path);
}

const MAX_PATH_LENGTH = 2_048;

/** Why two servers could understand a path differently, or undefined. Such a path is never matched against a route. */
export function ambiguityOf(path: string): string | undefined {
  if (path.length > MAX_PATH_LENGTH) return 'the path is too long';
  if (!/^\/[\x21-\x7e]*$/.test(path)) return 'the path is not an absolute path of visible ASCII';
  if (/[\\;#]/.test(path)) return 'the path has a backslash, a semicolon or a fragment';
  if (/%(?![0-9a-f]{2})/i.test(path)) return 'the path has a broken percent-encoding';
  // An encoded slash, dot, percent sign, other delimiter or control character may be decoded once, twice or never.
  if (/%(?:2[35ef]|3[bf]|5c|[01][0-9a-f]|7f)/i.test(path)) return 'the path hides a delimiter';
  if (path.includes('//')) return 'the path has an empty segment';
  if (/\/\.{1,2}(?:\/|$)/.test(path)) return 'the path has a dot segment';
  return isDecodable(path) ? undefined : 'the path is not UTF-8';
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

/**
 * nginx names the client in X-Real-IP; the others append to X-Forwarded-For and pass on an X-Real-IP that a client invented. The
 * last hop is the one that the gateway itself saw.
 */
function clientIpOf(headers: IncomingHttpHeaders, dialect: Dialect): string | undefined {
  const real = dialect === ORIGINAL ? text(headers, 'x-real-ip').trim() : '';
  if (real !== '') return real;
  const last = text(headers, 'x-forwarded-for').split(',').at(-1)?.trim() ?? '';
  return last === '' ? undefined : last;
}

function text(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === name) count += 1;
  }
  return count;
}
