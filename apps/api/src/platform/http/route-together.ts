import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { atTurnEnd } from '../turn-end.js';

/**
 * First every request that has arrived is read off its connection, then one after the other is routed, in that order. Whoever
 * left meanwhile is not asked for. Call when the server's listeners are set.
 */
export function routeTogether(server: Server): void {
  const routers = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    atTurnEnd(() => {
      if (!request.destroyed) for (const route of routers) route(request, response);
    });
  });
}
