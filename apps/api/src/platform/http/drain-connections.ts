import type { Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/**
 * Lets the clients of a server go without breaking a request: no connection is accepted any more, each is told with its next
 * answer that it ends there (RFC 9112 §9.6), and one that stays quiet is closed after `quietMs`.
 */
export async function drainConnections(server: HttpServer, quietMs: number): Promise<void> {
  // Not http's own `close`: that ends quiet connections at once, and a request may be on its way on any of them.
  Server.prototype.close.call(server);
  server.prependListener('request', (_request, response) => {
    response.setHeader('connection', 'close');
  });
  const deadline = performance.now() + quietMs;
  while (performance.now() < deadline && (await connectionsOf(server)) > 0) {
    await sleep(LOOK_EVERY_MS);
  }
  server.closeIdleConnections();
}

function connectionsOf(server: HttpServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}
