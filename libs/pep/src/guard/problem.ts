import type { PepErrorCode } from '../errors.js';
import type { Decision, Reason } from '../model.js';

/** RFC 9457, with what a person can quote. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly reason: string;
  readonly reasons: readonly string[];
  readonly decision_id?: string;
}

/** An answer to a request that may not go on. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: Problem;
}

const TITLES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
const ABOUT_SUBJECT = new Set([
  'subject-token-missing',
  'subject-token-invalid',
  'subject-token-expired',
]);
/** Failures that are a deny of this request, not of all of them. */
const ABOUT_REQUEST: ReadonlySet<PepErrorCode> = new Set<PepErrorCode>([
  'obligation-unknown',
  'obligation-failed',
]);

/** 403 for a deny; 401 where the subject has to prove itself; 503 where there was no answer to act on. */
export function refusalOf(decision: Decision): Refusal {
  const { failure, decisionId, reasons } = decision;
  if (failure && !ABOUT_REQUEST.has(failure.code))
    return refusal(503, { code: failure.code, message: 'The decision could not be had.' });
  const [first = { code: 'denied', message: 'Access is denied.' }] = reasons;
  const status = ABOUT_SUBJECT.has(first.code) ? 401 : 403;
  return refusal(status, first, { decisionId, reasons: reasons.map(({ code }) => code) });
}

export function refusal(
  status: number,
  reason: Reason,
  more: { readonly decisionId?: string | undefined; readonly reasons?: readonly string[] } = {},
): Refusal {
  const { decisionId, reasons = [reason.code] } = more;
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': challengeOf(reason.code) } : {}),
      ...(decisionId === undefined ? {} : { 'x-decision-id': decisionId }),
    },
    problem: {
      type: 'about:blank',
      title: TITLES[status] ?? 'Error',
      status,
      detail: reason.message,
      reason: reason.code,
      reasons,
      ...(decisionId === undefined ? {} : { decision_id: decisionId }),
    },
  };
}

/** RFC 6750 §3: no error where nothing was presented. */
function challengeOf(reason: string): string {
  return reason === 'subject-token-missing' ? 'Bearer' : 'Bearer error="invalid_token"';
}
