import { type JsonObject, type ReasonCode, reasonSentence } from '@sallyport/contracts';
import { type DecisionOutcome, warningOf } from '../decision-outcome.js';
import { challengeOf } from '../forward-auth/denial.js';
import { headerText } from '../forward-auth/header-text.js';
import type { ProtoStruct } from './check-request.js';
import { toStruct } from './struct.js';

/** google.rpc.Code */
export const OK = 0;
export const PERMISSION_DENIED = 7;
export const UNAUTHENTICATED = 16;

/** `envoy.config.core.v3.HeaderValueOption`; the deprecated `append` stays unset, for Envoy refuses both at once. */
export interface HeaderOption {
  readonly header: { readonly key: string; readonly value: string };
  readonly append_action: 'OVERWRITE_IF_EXISTS_OR_ADD';
}

/** `envoy.service.auth.v3.CheckResponse`: never without `status.code`, for an empty one is an allow to Envoy. */
export interface CheckResponse {
  readonly status: { readonly code: number; readonly message: string };
  readonly ok_response?: {
    readonly headers: readonly HeaderOption[];
    readonly headers_to_remove: readonly string[];
    readonly response_headers_to_add: readonly HeaderOption[];
  };
  readonly denied_response?: {
    readonly status: { readonly code: number };
    readonly headers: readonly HeaderOption[];
    readonly body: string;
  };
  readonly dynamic_metadata?: ProtoStruct;
}

/** Every header by which we tell the application who asks. Those that an answer does not set are removed: a client may have sent them. */
const TOLD = [
  'x-decision-id',
  'x-policy-version',
  'x-sallyport-reason',
  'x-sallyport-subject',
  'x-sallyport-warning',
];
/** What other doors of ours say, and what is never the application's business. */
const NEVER_TOLD = [
  'x-sallyport-groups',
  'x-sallyport-key',
  'x-sallyport-message',
  'x-sallyport-token',
];

/** What Envoy is told about a decision that is in the log. */
export function responseOf(outcome: DecisionOutcome): CheckResponse {
  const [reason = 'policy-permit'] = outcome.reasons;
  if (!outcome.decision) return deny(reason, outcome);
  const { decisionId, policyVersion, subject, facts } = outcome;
  const told = headers({
    'x-decision-id': decisionId,
    'x-policy-version': policyVersion ?? undefined,
    'x-sallyport-reason': reason,
    'x-sallyport-subject': facts && headerText(`${subject.type}:${subject.id}`),
    'x-sallyport-warning': warningOf([outcome]),
  });
  const set = told.map(({ header }) => header.key);
  return {
    status: { code: OK, message: reason },
    ok_response: {
      headers: told,
      headers_to_remove: [...TOLD.filter((name) => !set.includes(name)), ...NEVER_TOLD],
      response_headers_to_add: headers({ 'x-decision-id': decisionId }),
    },
    dynamic_metadata: metadataOf(outcome),
  };
}

/** A denial; of a decision, where there is one. 401: the end user must authenticate. 429: the proxy asks too often. 503: it is our fault, and may pass. */
export function deny(reason: ReasonCode, outcome?: DecisionOutcome): CheckResponse {
  const status = statusOf(reason);
  const decisionId = outcome?.decisionId;
  const message = reasonSentence(reason);
  return {
    status: { code: codeOf(reason, status), message: reason },
    denied_response: {
      status: { code: status },
      headers: headers({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'x-sallyport-reason': reason,
        'x-decision-id': decisionId,
        'www-authenticate': challengeOf(reason),
      }),
      body: JSON.stringify({ error: ERRORS[status], reason, message, decisionId }),
    },
    dynamic_metadata: outcome
      ? metadataOf(outcome)
      : toStruct({ decision: false, reasons: [reason] }),
  };
}

/** An enforcement point that is not known is told so by the code alone: to the end user it is no reason to sign in. */
function codeOf(reason: ReasonCode, status: number): number {
  const isUnknown = status === 401 || reason === 'pep-unauthenticated';
  return isUnknown ? UNAUTHENTICATED : PERMISSION_DENIED;
}

const ERRORS = {
  401: 'unauthenticated',
  403: 'forbidden',
  429: 'too-many-requests',
  503: 'unavailable',
} as const;

function statusOf(reason: ReasonCode): keyof typeof ERRORS {
  if (challengeOf(reason) !== undefined) return 401;
  switch (reason) {
    case 'rate-limited':
      return 429;
    case 'audit-unavailable':
    case 'broker-error':
    case 'deadline-exceeded':
      return 503;
    default:
      return 403;
  }
}

/** Under `envoy.filters.http.ext_authz`, for access logs and later filters. `permitted` is what was judged, whatever the mode. */
function metadataOf(outcome: DecisionOutcome): ProtoStruct {
  const { decisionId, decision, permitted, mode, policyVersion, reasons, obligations } = outcome;
  return toStruct({
    decision_id: decisionId,
    decision,
    permitted,
    mode,
    policy_version: policyVersion,
    reasons,
    ...(decision && obligations.length > 0
      ? { obligations: obligations as unknown as readonly JsonObject[] }
      : {}),
  });
}

function headers(values: Readonly<Record<string, string | undefined>>): HeaderOption[] {
  return Object.entries(values).flatMap(([key, value]): HeaderOption[] =>
    value === undefined
      ? []
      : [{ header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
  );
}
