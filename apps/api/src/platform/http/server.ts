import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { Authenticator } from './authenticator.js';
import { sendError } from './error-answer.js';
import { closeAfterUpgrade, guardRoutes } from './guard-routes.js';
import { routeTogether } from './route-together.js';
import { useStrictBodies } from './strict-bodies.js';
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
  server.decorateRequest('declared', undefined);
  routeTogether(server.server);
  rememberMethods(server);
  guardRoutes(server, authenticator);
  useStrictBodies(server);
  server.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  server.setNotFoundHandler((request, reply) => {
    reply.header('x-request-id', request.id);
    closeAfterUpgrade(request, reply);
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
