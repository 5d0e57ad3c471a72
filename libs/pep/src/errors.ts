/** Stable codes; one class each. */
export type PepErrorCode =
  | 'unreachable'
  | 'deadline-exceeded'
  | 'aborted'
  | 'redirected'
  | 'unauthenticated'
  | 'forbidden'
  | 'question-refused'
  | 'rate-limited'
  | 'pdp-failed'
  | 'answer-malformed'
  | 'metadata-invalid'
  | 'not-offered'
  | 'plan-incomplete'
  | 'obligation-unknown'
  | 'obligation-failed'
  | 'not-evaluated'
  | 'token-invalid'
  | 'token-expired'
  | 'token-revoked'
  | 'keys-unavailable';

/** Why there is no answer to act on. Under `onFailure: 'deny'` it is the `failure` of a deny, otherwise it is thrown. */
export abstract class PepError extends Error {
  abstract readonly code: PepErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No connection, or one that broke before the answer was whole. */
export class UnreachableError extends PepError {
  readonly code = 'unreachable';
}

/** There was no answer in the time that the call had. */
export class DeadlineExceededError extends PepError {
  readonly code = 'deadline-exceeded';
}

/** The caller's signal was aborted. */
export class AbortedError extends PepError {
  readonly code = 'aborted';
}

/** The decision point answered with another address. It is never followed: the key belongs to this one. */
export class RedirectedError extends PepError {
  readonly code = 'redirected';
}

/** 401: the decision point does not know the key. */
export class UnauthenticatedError extends PepError {
  readonly code = 'unauthenticated';
}

/** 403: the key may not ask this. Not a deny of the subject. */
export class ForbiddenError extends PepError {
  readonly code = 'forbidden';
}

/** Any other 4xx: the question itself is at fault; the message names the member. */
export class QuestionRefusedError extends PepError {
  readonly code = 'question-refused';

  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** 429. */
export class RateLimitedError extends PepError {
  readonly code = 'rate-limited';

  constructor(
    message: string,
    readonly retryAfterMs: number | undefined,
  ) {
    super(message);
  }
}

/** 5xx, or a status that no decision point should answer with. */
export class PdpFailedError extends PepError {
  readonly code = 'pdp-failed';

  constructor(
    message: string,
    readonly status: number,
    readonly retryAfterMs: number | undefined,
  ) {
    super(message);
  }
}

/** A 200 whose body is not what AuthZEN says: nothing in it is believed. */
export class AnswerMalformedError extends PepError {
  readonly code = 'answer-malformed';
}

/** AuthZEN §9.1.1: metadata of another decision point, or with an address that the key may not be sent to. */
export class MetadataInvalidError extends PepError {
  readonly code = 'metadata-invalid';
}

/** The decision point's metadata does not name this endpoint. */
export class NotOfferedError extends PepError {
  readonly code = 'not-offered';
}

/** A plan that leaves out a part of the policy: a filter made of it would show too much or too little. */
export class PlanIncompleteError extends PepError {
  readonly code = 'plan-incomplete';
}

/** A permit under an obligation that nobody here fulfils. */
export class ObligationUnknownError extends PepError {
  readonly code = 'obligation-unknown';
}

/** An obligation's handler failed, or took too long. */
export class ObligationFailedError extends PepError {
  readonly code = 'obligation-failed';
}

/** The batch had ended before this question. */
export class NotEvaluatedError extends PepError {
  readonly code = 'not-evaluated';
}

/** Not a token of this issuer for this audience, whatever is wrong with it. */
export class TokenInvalidError extends PepError {
  readonly code = 'token-invalid';
}

export class TokenExpiredError extends PepError {
  readonly code = 'token-expired';
}

export class TokenRevokedError extends PepError {
  readonly code = 'token-revoked';
}

/** The issuer's keys cannot be had: no token can be judged. */
export class KeysUnavailableError extends PepError {
  readonly code = 'keys-unavailable';
}
