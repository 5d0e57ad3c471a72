import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrokerError, TooManyRequestsError, UnauthenticatedError } from '../errors.js';

export interface ErrorBody {
  readonly error: string;
  readonly message: string;
  readonly field?: string;
  readonly reason?: string;
  readonly requestId: string;
}

/** What Fastify itself refuses, in our words. */
const FRAMEWORK_ERRORS: Readonly<
  Record<string, { status: number; error: string; message: string }>
> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    error: 'payload-too-large',
    message: 'the body is too large',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    error: 'bad-request',
    message: 'Content-Length does not match the body',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 400,
    error: 'bad-request',
    message: 'the Content-Type is not accepted here',
  },
  FST_ERR_BAD_URL: {
    status: 400,
    error: 'bad-request',
    message: 'the path is not a valid URL path',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    status: 414,
    error: 'bad-request',
    message: 'a part of the path is too long',
  },
};

/** One place turns every failure into an answer; internal detail goes to the log, never out. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const requestId = String(request.id);
  reply.header('x-request-id', requestId);
  if (error instanceof BrokerError) {
    if (error instanceof UnauthenticatedError) reply.header('www-authenticate', error.challenge);
    if (error instanceof TooManyRequestsError) {
      reply.header('retry-after', error.retryAfterSeconds);
    }
    if (error.status === 503) reply.header('retry-after', '1');
    if (error.status >= 500) {
      request.log.error({ event: 'request-failed', requestId, error }, error.message);
    }
    send(reply, error.status, {
      error: error.code,
      message: error.message,
      ...(error.field === undefined ? {} : { field: error.field }),
      ...(error.reason === undefined ? {} : { reason: error.reason }),
      requestId,
    });
    return;
  }
  const known = FRAMEWORK_ERRORS[(error as { code?: string }).code ?? ''];
  if (known) {
    send(reply, known.status, { error: known.error, message: known.message, requestId });
    return;
  }
  const status = (error as { statusCode?: number }).statusCode;
  if (status !== undefined && status >= 400 && status < 500) {
    send(reply, status, { error: 'bad-request', message: 'the request is not valid', requestId });
    return;
  }
  request.log.error({ event: 'request-crashed', requestId, error }, 'request crashed');
  send(reply, 500, {
    error: 'internal',
    message: 'the broker failed; quote the request id',
    requestId,
  });
}

function send(reply: FastifyReply, status: number, body: ErrorBody): void {
  void reply.code(status).header('content-type', 'application/json; charset=utf-8').send(body);
}
