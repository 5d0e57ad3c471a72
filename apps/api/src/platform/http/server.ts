import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify';
import { BadRequestError, NotFoundError } from '../errors.js';
import type { Authenticator } from './authenticator.js';
import { sendError } from './error-answer.js';
import { parseStrictJson } from './strict-json.js';
import './route-access.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods that routes offer at a path; the console's catch-all does not count. */
    methodsAt(url: string): readonly string[];
  }
}

/** The console's catch-all: it says nothing about which paths exist. */
export const CONSOLE_FALLBACK = '/*';
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

/** Options that Fastify wants at construction. */
export function serverOptions(bodyLimitBytes: number): FastifyServerOptions {
  return {
    bodyLimit: bodyLimitBytes,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: false, caseSensitive: true },
    requestTimeout: 30_000,
    genReqId: (request) => {
      const sent = (request as IncomingMessage).headers['x-request-id'];
      return typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : randomUUID();
    },
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  };
}

/**
 * What every route shares: the echoed request id, the credential judged before the body is read, strict bodies,
 * and one shape of error. Call before any route is added.
 */
export function prepareServer(server: FastifyInstance, authenticator: Authenticator): void {
  server.decorateRequest('credential', undefined);
  rememberMethods(server);
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (request.is404) return;
    // INVARIANT: a route without a declared access is closed to everybody.
    const access = request.routeOptions.config.access ?? 'admin';
    request.credential = await authenticator.authenticate(request, access);
    requireNames(request);
  });
  // A connection that asked for a WebSocket and got a plain answer is nobody's any more: neither end would close it.
  server.addHook('onResponse', async ({ raw }) => {
    if ('upgrade' in raw && raw.upgrade === true) raw.socket.destroySoon();
  });
  useStrictBodies(server);
  server.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  server.setNotFoundHandler((request, reply) => {
    reply.header('x-request-id', request.id);
    const allowed = server.methodsAt(request.url);
    // A path that looks like one of ours, but has a part that is longer than the router reads, was never offered.
    const isOffered = allowed.length > 0 && !allowed.includes(request.method);
    if (isOffered) reply.code(405).header('allow', allowed.join(', '));
    else reply.code(404);
    void reply.send({
      error: isOffered ? 'method-not-allowed' : 'not-found',
      message: isOffered ? `${request.method} is not offered here` : 'there is nothing here',
      requestId: String(request.id),
    });
  });
}

/** Nothing is called by a name with U+0000, and no database could look it up. Who would call something so is told by the route. */
function requireNames({ method, params }: FastifyRequest): void {
  if (method === 'PUT') return;
  for (const value of Object.values(params as Record<string, string>)) {
    if (value.includes('\0')) throw new NotFoundError('no name has a NUL character');
  }
}

function rememberMethods(server: FastifyInstance): void {
  const patterns: { method: string; matches: RegExp }[] = [];
  server.addHook('onRoute', (route) => {
    if (route.url === CONSOLE_FALLBACK) return;
    for (const method of [route.method].flat())
      patterns.push({ method, matches: patternOf(route.url) });
  });
  server.decorate('methodsAt', (url: string) => {
    const path = url.split('?', 1)[0] ?? '/';
    const offered = patterns.filter(({ matches }) => matches.test(path));
    return [...new Set(offered.map(({ method }) => method))];
  });
}

function useStrictBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const parsers = {
    'application/json': { kind: 'json', parse: parseStrictJson },
    'application/x-www-form-urlencoded': {
      kind: 'form',
      parse: (text: string) => new URLSearchParams(text),
    },
  } as const;
  for (const [type, { kind, parse }] of Object.entries(parsers)) {
    server.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
      answer(done, () => (expectsBody(request, kind) ? parse(textOf(body as Buffer)) : undefined));
    });
  }
  server.addContentTypeParser('*', (request, payload, done) => {
    payload.resume();
    answer(done, () => void expectsBody(request, undefined));
  });
}

/** Read as text at once, bytes that are no UTF-8 would all become the same character, and two names one. */
function textOf(body: Buffer): string {
  if (!isUtf8(body)) throw new BadRequestError('the body is not UTF-8');
  return body.toString('utf8');
}

/** `none` accepts and ignores everything: a gateway's subrequest carries the content type of a body that it does not send. */
function expectsBody(request: FastifyRequest, sent: 'json' | 'form' | undefined): boolean {
  const wanted = request.routeOptions.config.body ?? 'json';
  if (wanted === 'none') return false;
  if (wanted === sent) return true;
  const type = wanted === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  throw new BadRequestError(`Content-Type must be ${type}`, { field: 'Content-Type' });
}

function answer(done: (error: Error | null, body?: unknown) => void, parse: () => unknown): void {
  let body: unknown;
  try {
    body = parse();
  } catch (error) {
    done(error as Error);
    return;
  }
  done(null, body);
}

function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) => {
      if (part === '*') return '.*';
      return part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('/');
  return new RegExp(`^${source}$`);
}
