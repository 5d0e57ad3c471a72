import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../platform/clock.js';
import { isSameOrigin } from '../platform/http/authenticator.js';
import { credentialOf } from '../platform/http/route-access.js';
import { formatErrors } from './graphql-errors.js';
import type { LiveSockets } from './live-sockets.js';
import type { GraphQLContext } from './viewer.js';

const MAX_QUERY_DEPTH = 9;
const KEEP_ALIVE_MS = 20_000;

/** The console's GraphQL door: session only, bounded depth, subscriptions on sockets that end with their session. */
export function graphqlOptions(parts: {
  readonly origin: string;
  readonly sockets: LiveSockets;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}): Omit<MercuriusDriverConfig, 'driver'> {
  return {
    autoSchemaFile: true,
    sortSchema: true,
    path: '/graphql',
    graphiql: false,
    ide: false,
    allowBatchedQueries: false,
    additionalRouteOptions: { config: { access: 'session' } },
    queryDepth: MAX_QUERY_DEPTH,
    errorFormatter: formatErrors(parts.report),
    context: (request: FastifyRequest): GraphQLContext => ({
      viewer: credentialOf(request, 'session'),
    }),
    subscription: {
      fullWsTransport: false,
      keepAlive: KEEP_ALIVE_MS,
      verifyClient: (info, next) => {
        if (isSameOrigin(info.origin, parts.origin)) next(true);
        else next(false, 403, 'another origin');
      },
      context: (
        socket: unknown,
        request: FastifyRequest,
      ): GraphQLContext & Record<string, unknown> => {
        const viewer = credentialOf(request, 'session');
        parts.sockets.adopt(
          socket as Parameters<LiveSockets['adopt']>[0],
          viewer,
          parts.clock.nowMs(),
        );
        return { viewer };
      },
    },
  };
}
