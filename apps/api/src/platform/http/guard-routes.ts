import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  RouteOptions,
} from 'fastify';
import { NotFoundError } from '../errors.js';
import type { Authenticator } from './authenticator.js';
import type { Credential } from './credential.js';
import type { DeclaredRoute } from './route-access.js';

/**
 * Puts a guard before every route that is added from now on: the echoed request id, and the credential judged before the
 * body is read. A guard is made for its route, and takes callbacks: a promise per request is more than a decision costs.
 */
export function guardRoutes(server: FastifyInstance, authenticator: Authenticator): void {
  server.addHook('onRoute', (route) => {
    const guard = guardOf(route, authenticator);
    route.onRequest = [guard, ...[route.onRequest ?? []].flat()];
  });
}

function guardOf(route: RouteOptions, authenticator: Authenticator) {
  const { config, url } = route;
  // INVARIANT: a route without a declared access is closed to everybody.
  const declared: DeclaredRoute = {
    url,
    access: config?.access ?? 'admin',
    body: config?.body ?? 'json',
  };
  const hasNames = /[:*]/.test(url);
  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    reply.header('x-request-id', request.id);
    if (!isPath(request.url)) return void reply.callNotFound();
    closeAfterUpgrade(request, reply);
    request.declared = declared;
    const enter = (credential: Credential | undefined): void => {
      request.credential = credential;
      if (hasNames) requireNames(request);
    };
    try {
      const credential = authenticator.authenticate(request, declared.access);
      if (credential instanceof Promise)
        return void credential.then(enter).then(() => done(), done);
      enter(credential);
    } catch (error) {
      // A turn later: whoever sent a request without credential and then no HTTP gets one answer, for both arrived together.
      return queueMicrotask(() => done(error as Error));
    }
    done();
  };
}

/** The router would take the first character of `*log` for a slash. Nothing but a path or an absolute URL is asked for here. */
function isPath(url: string): boolean {
  return url.startsWith('/') || /^https?:\/\/[^/]+\//i.test(url);
}

/** A connection that asked for a WebSocket and got a plain answer is nobody's any more: neither end would close it. */
export function closeAfterUpgrade({ raw }: FastifyRequest, reply: FastifyReply): void {
  if ('upgrade' in raw && raw.upgrade === true) {
    reply.raw.once('finish', () => raw.socket.destroySoon());
  }
}

/** Nothing is called by a name with U+0000, and no database could look it up. Who would call something so is told by the route. */
function requireNames({ method, params }: FastifyRequest): void {
  if (method === 'PUT') return;
  for (const value of Object.values(params as Record<string, string>)) {
    if (value.includes('\0')) throw new NotFoundError('no name has a NUL character');
  }
}
