/** Stable codes that clients may switch on; one subclass each. `message` is public: it never carries internal detail. */
export type BrokerErrorCode =
  | 'bad-request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'gone'
  | 'payload-too-large'
  | 'unprocessable'
  | 'too-many-requests'
  | 'unavailable';

interface Detail {
  /** Dotted path of the offending member, e.g. `subject.id`. */
  readonly field?: string;
  /** Machine-readable reason beside the code, e.g. `self-review`. */
  readonly reason?: string;
  readonly cause?: unknown;
}

/** An error that a door turns into an answer; anything else is a 500 without detail. */
export abstract class BrokerError extends Error {
  abstract readonly code: BrokerErrorCode;
  abstract readonly status: number;
  readonly field: string | undefined;
  readonly reason: string | undefined;

  constructor(message: string, detail: Detail = {}) {
    super(message, { cause: detail.cause });
    this.name = new.target.name;
    this.field = detail.field;
    this.reason = detail.reason;
  }
}

export class BadRequestError extends BrokerError {
  readonly code = 'bad-request';
  readonly status = 400;
}

/** `challenge` is the value of WWW-Authenticate (RFC 6750 §3). */
export class UnauthenticatedError extends BrokerError {
  readonly code = 'unauthenticated';
  readonly status = 401;
  readonly challenge: string;

  constructor(message: string, detail: Detail & { readonly challenge?: string } = {}) {
    super(message, detail);
    this.challenge = detail.challenge ?? 'Bearer realm="sallyport"';
  }
}

export class ForbiddenError extends BrokerError {
  readonly code = 'forbidden';
  readonly status = 403;
}

export class NotFoundError extends BrokerError {
  readonly code = 'not-found';
  readonly status = 404;
}

export class ConflictError extends BrokerError {
  readonly code = 'conflict';
  readonly status = 409;
}

export class PayloadTooLargeError extends BrokerError {
  readonly code = 'payload-too-large';
  readonly status = 413;
}

/** Well-formed, but it cannot be done: a state machine or a policy says no, `reason` says why. */
export class UnprocessableError extends BrokerError {
  readonly code = 'unprocessable';
  readonly status = 422;
}

export class TooManyRequestsError extends BrokerError {
  readonly code = 'too-many-requests';
  readonly status = 429;
  /** Whole seconds, at least one (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds: number;

  constructor(message: string, detail: Detail & { readonly retryAfterSeconds: number }) {
    super(message, detail);
    this.retryAfterSeconds = Math.max(1, detail.retryAfterSeconds);
  }
}

/** A dependency is down or a queue is full; the caller may try again. */
export class UnavailableError extends BrokerError {
  readonly code = 'unavailable';
  readonly status = 503;
}
