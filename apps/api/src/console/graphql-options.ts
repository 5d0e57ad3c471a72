import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Clock } from '../platform/clock.js';
import { isSameOrigin } from '../platform/http/authenticator.js';
import { sendError } from '../platform/http/error-answer.js';
import { credentialOf } from '../platform/http/route-access.js';
import { requireDocument, textRule } from './graphql-documents.js';
import { formatErrors, isOfMercurius } from './graphql-errors.js';
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
  const errorFormatter = formatErrors(parts.report);
  return {
    autoSchemaFile: true,
    sortSchema: true,
    path: '/graphql',
    graphiql: false,
    ide: false,
    allowBatchedQueries: false,
    additionalRouteOptions: { config: { access: 'session' }, preValidation: requireDocument },
    validationRules: [textRule],
    queryDepth: MAX_QUERY_DEPTH,
    errorFormatter,
    // What fails before there is a document to execute is answered like on every other route.
    errorHandler: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      if (!isOfMercurius(error)) return sendError(error, request, reply);
      const { statusCode, response } = errorFormatter(
        { data: null, errors: [new GraphQLError(error.message, { originalError: error })] },
        {} as Parameters<typeof errorFormatter>[1],
      );
      void reply.code(statusCode).send(response);
    },
    // Mercurius makes the context also to answer an error, when nobody may be signed in; the guard judges that.
    context: ({ credential }: FastifyRequest): Partial<GraphQLContext> =>
      credential?.kind === 'session' ? { viewer: credential } : {},
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
