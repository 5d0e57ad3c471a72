import { GraphQLError } from 'graphql';
import type { MercuriusCommonOptions } from 'mercurius';
import { BrokerError } from '../platform/errors.js';

type ErrorFormatter = NonNullable<MercuriusCommonOptions['errorFormatter']>;

/** GraphQL answers carry our codes in `extensions`; anything that is not ours leaves without detail. */
export function formatErrors(report: (error: unknown) => void): ErrorFormatter {
  return (execution) => {
    const errors = (execution.errors ?? [])
      .flatMap(reportedBy)
      .map((error) => presentError(error, report));
    const refused = execution.data === undefined || execution.data === null;
    const first = errors[0]?.extensions['code'];
    const isChangeByGet = execution.errors?.some(
      ({ originalError }) => codeOf(originalError) === 'MER_ERR_METHOD_NOT_ALLOWED',
    );
    return {
      // A query that was never executed is a bad request; a field that failed is part of a good answer.
      statusCode: isChangeByGet ? 405 : refused && first === 'bad-request' ? 400 : 200,
      response: { data: execution.data ?? null, errors },
    };
  };
}

/** Whether it is Mercurius that refuses a request: a document that is none, or not valid, or asks for too much. */
export function isOfMercurius(error: Error | undefined): boolean {
  return codeOf(error)?.startsWith('MER_ERR_') === true;
}

/** Mercurius puts everything that it finds in a document into one error of its own. */
function reportedBy(error: GraphQLError): readonly GraphQLError[] {
  const { errors } = (error.originalError ?? {}) as { readonly errors?: unknown };
  if (!isOfMercurius(error.originalError) || !Array.isArray(errors)) return [error];
  return (errors as readonly Error[]).map((one) =>
    one instanceof GraphQLError ? one : new GraphQLError(one.message),
  );
}

function codeOf(error: Error | undefined): string | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : undefined;
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

/** Resolvers throw inside GraphQLError wrappers; undefined where nothing was thrown. */
function originOf(error: GraphQLError): Error | undefined {
  let current: Error | undefined = error;
  while (current instanceof GraphQLError) current = current.originalError;
  return isOfMercurius(current) ? undefined : current;
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
