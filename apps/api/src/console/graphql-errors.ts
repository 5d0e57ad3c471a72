import { GraphQLError } from 'graphql';
import type { MercuriusCommonOptions } from 'mercurius';
import { BrokerError } from '../platform/errors.js';

type ErrorFormatter = NonNullable<MercuriusCommonOptions['errorFormatter']>;

/** GraphQL answers carry our codes in `extensions`; anything that is not ours leaves without detail. */
export function formatErrors(report: (error: unknown) => void): ErrorFormatter {
  return (execution) => {
    const errors = (execution.errors ?? []).map((error) => presentError(error, report));
    const refused = execution.data === undefined || execution.data === null;
    const first = errors[0]?.extensions['code'];
    return {
      // A query that was never executed is a bad request; a field that failed is part of a good answer.
      statusCode: refused && first === 'bad-request' ? 400 : 200,
      response: { data: execution.data ?? null, errors },
    };
  };
}

function presentError(error: GraphQLError, report: (error: unknown) => void): GraphQLError {
  const original = originOf(error);
  if (original instanceof BrokerError) {
    return rewrite(error, original.message, {
      code: original.code,
      ...(original.reason === undefined ? {} : { reason: original.reason }),
      ...(original.field === undefined ? {} : { field: original.field }),
    });
  }
  if (original === undefined) return rewrite(error, error.message, { code: 'bad-request' });
  report(original);
  return rewrite(error, 'the broker failed; try again', { code: 'internal' });
}

/** Resolvers throw inside GraphQLError wrappers; Mercurius puts validation errors into one of its own. */
function originOf(error: GraphQLError): Error | undefined {
  let current: Error | undefined = error;
  while (current instanceof GraphQLError) current = current.originalError;
  const isFramework = (current as { code?: unknown } | undefined)?.code;
  return typeof isFramework === 'string' && isFramework.startsWith('MER_ERR_GQL')
    ? undefined
    : current;
}

function rewrite(
  error: GraphQLError,
  message: string,
  extensions: Record<string, unknown>,
): GraphQLError {
  return new GraphQLError(message, {
    ...(error.nodes === undefined ? {} : { nodes: error.nodes }),
    ...(error.path === undefined ? {} : { path: error.path }),
    extensions,
  });
}
