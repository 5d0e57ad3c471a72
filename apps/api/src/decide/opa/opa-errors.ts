import type { FastifyReply, FastifyRequest } from 'fastify';

const CODES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'undefined_document',
  429: 'too_many_requests',
};

/** OPA's code for a status (its REST API, "Errors"); the last three are ours. */
export function opaErrorCode(status: number): string {
  return CODES[status] ?? (status < 500 ? 'invalid_parameter' : 'internal_error');
}

/** Puts OPA's `code` beside what every error of the broker says. Answers that are no errors are texts, and do not come here. */
export function withOpaCode(
  _request: FastifyRequest,
  { statusCode }: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  done(
    null,
    statusCode < 400 ? payload : { code: opaErrorCode(statusCode), ...(payload as object) },
  );
}
