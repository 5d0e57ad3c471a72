import type { IncomingHttpHeaders } from 'node:http';
import { ambiguityOf } from '@sallyport/policy';
import { type Dialect, DIALECTS, ENVOY, ORIGINAL, SINGLE } from './dialect.js';

export { ambiguityOf } from '@sallyport/policy';

/** The request that a gateway asks about, as it says. */
export interface RequestLine {
  readonly method: string;
  /** The raw path without the query, as the client sent it. */
  readonly path: string;
  /** What follows the path, from its question mark on; empty where there is none. */
  readonly query?: string;
  readonly host?: string;
  readonly scheme?: 'http' | 'https';
  /** The client's address, as this kind of gateway hands it on. */
  readonly clientIp?: string;
}

export type RequestLineResult =
  | { readonly ok: true; readonly line: RequestLine; readonly relaysRedirects: boolean }
  /** `seen`: what was asked, as far as it could be read; only to be shown. */
  | { readonly ok: false; readonly problem: string; readonly seen: RequestLine };

/**
 * Reads the request line in the gateway's dialect. Headers of two dialects are refused even where they agree: a client sent those
 * that its gateway does not set, and which dialect it is also says which header names the client's address.
 */
export function readRequestLine(
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
): RequestLineResult {
  const dialect = DIALECTS.find(
    (one) => text(headers, one.method) !== '' && text(headers, one.uri) !== '',
  );
  const named = dialect ?? ORIGINAL;
  const line = lineOf(headers, named, text(headers, named.method), text(headers, named.uri));
  const problem = dialect
    ? (dialectProblem(headers, dialect) ?? problemOf(headers, rawHeaders, dialect, line))
    : 'the headers that name method and URI are missing';
  if (problem !== undefined) return { ok: false, problem, seen: line };
  return { ok: true, line, relaysRedirects: named.relaysRedirects };
}

/** Envoy's HTTP ext_authz: `target` is the path and query of the request, after the prefix that Envoy puts before it. */
export function readEnvoyLine(
  method: string,
  target: string,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
): RequestLineResult {
  const line = lineOf(headers, ENVOY, method, target);
  const problem = problemOf(headers, rawHeaders, ENVOY, line);
  if (problem !== undefined) return { ok: false, problem, seen: line };
  return { ok: true, line, relaysRedirects: true };
}

type Words = Pick<Dialect, 'host' | 'scheme' | 'address'>;

function lineOf(
  headers: IncomingHttpHeaders,
  words: Words,
  method: string,
  uri: string,
): RequestLine {
  const [path = ''] = uri.split('?', 1);
  const clientIp = clientIpOf(headers, words);
  const host = text(headers, words.host);
  const scheme = text(headers, words.scheme).toLowerCase();
  return {
    method,
    path,
    query: uri.slice(path.length),
    ...(host === '' ? {} : { host }),
    ...(scheme === 'http' || scheme === 'https' ? { scheme } : {}),
    ...(clientIp === undefined ? {} : { clientIp }),
  };
}

function dialectProblem(headers: IncomingHttpHeaders, dialect: Dialect): string | undefined {
  const others = DIALECTS.filter((one) => one !== dialect);
  const isMixed = others.some(
    (other) => text(headers, other.method) !== '' || text(headers, other.uri) !== '',
  );
  return isMixed ? 'headers of two dialects are present' : undefined;
}

function problemOf(
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
  words: Words,
  { method, path, host }: RequestLine,
): string | undefined {
  const twice = SINGLE.find((name) => countOf(name, rawHeaders) > 1);
  if (twice !== undefined) return `the header ${twice} is there more than once`;
  if (!/^[A-Z]{1,32}$/.test(method)) return 'the method is not one HTTP method';
  if (host !== undefined && !HOST.test(host)) return 'the host is not one host';
  if (!/^(?:https?|wss?)?$/i.test(text(headers, words.scheme)))
    return 'the scheme is not one scheme';
  return ambiguityOf(path);
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * nginx names the client in X-Real-IP; the others append to X-Forwarded-For and pass on an X-Real-IP that a client invented. The
 * last hop is the one that the gateway itself saw.
 */
function clientIpOf(headers: IncomingHttpHeaders, { address }: Words): string | undefined {
  const real = address === undefined ? '' : text(headers, address).trim();
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
