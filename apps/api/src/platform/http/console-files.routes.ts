import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RouteRegistrar } from './route-registrar.js';
import { CONSOLE_FALLBACK } from './server.js';

// Mantine injects its CSS variables as inline styles; scripts come from files only.
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');
const YEAR_SECONDS = 31_536_000;

/** Serves the built console at `/`; a path that only the console's router knows gets its index page. */
export class ConsoleFilesRoutes extends RouteRegistrar {
  constructor(private readonly directory: string) {
    super();
  }

  register(server: FastifyInstance): void {
    const hasConsole = existsSync(join(this.directory, 'index.html'));
    if (hasConsole) void server.register(fastifyStatic, { root: this.directory, serve: false });
    server.get(
      CONSOLE_FALLBACK,
      { config: { access: 'public', body: 'none' } },
      (request, reply) => (hasConsole ? this.send(request, reply) : notFound(reply)),
    );
  }

  private send(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const path = request.url.split('?', 1)[0] ?? '/';
    const isAsset = /^\/[\w./-]+\.[a-z0-9]+$/i.test(path) && !path.includes('..');
    if (isAsset && existsSync(join(this.directory, path))) {
      const isHashed = path.startsWith('/assets/');
      const age = isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'public, max-age=300';
      return protect(reply).header('cache-control', age).sendFile(path.slice(1));
    }
    // A path of the API is no screen, whatever the client would like to see there.
    const isScreen = !isAsset && request.server.methodsAt(path).length === 0;
    const wantsPage = path === '/' || (request.headers.accept ?? '').includes('text/html');
    if (!isScreen || !wantsPage) return notFound(reply);
    return protect(reply).header('cache-control', 'no-cache').sendFile('index.html');
  }
}

function notFound(reply: FastifyReply): FastifyReply {
  reply.callNotFound();
  return reply;
}

function protect(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', CONTENT_POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'same-origin')
    .header('cross-origin-opener-policy', 'same-origin');
}
