import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrokerError, TooManyRequestsError, UnauthenticatedError } from '../../platform/errors.js';

/** RFC 6749 §5.2, RFC 8693 §2.2.2, RFC 9396 §5, RFC 7009 §2.2.1. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_target'
  | 'invalid_scope'
  | 'invalid_authorization_details'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable'
  | 'server_error';

/** An answer of an OAuth endpoint that is an error; `detail` goes into the body beside it. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';

  constructor(
    readonly code: OAuthErrorCode,
    description: string,
    readonly detail: Readonly<Record<string, unknown>> = {},
  ) {
    super(description);
  }
}

/** Error handler of the OAuth routes: their names for errors, beside what every other error answer of the broker has. */
export function sendOAuthError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, code, message, detail } = translate(error);
  const requestId = String(request.id);
  if (status >= 500) request.log.error({ event: 'oauth-request-failed', requestId, error }, code);
  if (error instanceof TooManyRequestsError) reply.header('retry-after', error.retryAfterSeconds);
  if (status === 503) reply.header('retry-after', '1');
  if (error instanceof UnauthenticatedError) reply.header('www-authenticate', error.challenge);
  void reply
    .code(status)
    .header('x-request-id', requestId)
    .header('cache-control', 'no-store')
    .header('content-type', 'application/json; charset=utf-8')
    .send({ error: code, error_description: message, message, ...detail, requestId });
}

interface Translated {
  readonly status: number;
  readonly code: OAuthErrorCode;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

function translate(error: unknown): Translated {
  if (error instanceof OAuthError) {
    return { status: 400, code: error.code, message: error.message, detail: error.detail };
  }
  const status =
    error instanceof BrokerError
      ? error.status
      : ((error as { statusCode?: number }).statusCode ?? 500);
  const message = error instanceof BrokerError ? error.message : 'the request is not valid';
  const detail = error instanceof BrokerError ? detailOf(error) : {};
  if (status === 403) return { status, code: 'unauthorized_client', message, detail };
  if (status === 401) return { status, code: 'invalid_client', message, detail };
  if (status === 503 || status === 429)
    return { status, code: 'temporarily_unavailable', message, detail };
  if (status >= 400 && status < 500) return { status, code: 'invalid_request', message, detail };
  return {
    status: 500,
    code: 'server_error',
    message: 'the broker failed; quote the request id',
    detail: {},
  };
}

function detailOf({ field, reason }: BrokerError): Translated['detail'] {
  return {
    ...(field === undefined ? {} : { field }),
    ...(reason === undefined ? {} : { reason }),
  };
}
