import {
  type JsonObject,
  mostTelling,
  type Obligation,
  type PepOpaPath,
  type ReasonCode,
  reasonSentence,
} from '@sallyport/contracts';
import { type DecisionOutcome, warningOf } from '../decision-outcome.js';
import { headerText } from '../forward-auth/header-text.js';

/** The document under a path, in the shape that its preset's clients expect. */
export function resultOf({ preset, view }: PepOpaPath, outcome: DecisionOutcome): Result {
  return view === 'boolean' ? outcome.decision : OBJECTS[preset](outcome);
}

export type Result = boolean | JsonObject;

const OBJECTS: Readonly<Record<PepOpaPath['preset'], (outcome: DecisionOutcome) => JsonObject>> = {
  generic: (outcome) => {
    const { decision, decisionId, reasons } = outcome;
    return {
      allow: decision,
      decision_id: decisionId,
      reasons,
      ...(decision ? {} : { message: messageOf(outcome) }),
      ...obligationsOf(outcome),
    };
  },
  /** Kong's `opa` plugin: headers go to the upstream when allowed, to the client otherwise. */
  kong: (outcome) => ({
    allow: outcome.decision,
    headers: headersOf(outcome),
    ...(outcome.decision ? {} : { status: statusOf(outcome), message: messageOf(outcome) }),
    ...obligationsOf(outcome),
  }),
  /** APISIX's `opa` plugin; it hands on to the upstream what `send_headers_upstream` lists. */
  apisix: (outcome) => ({
    allow: outcome.decision,
    headers: headersOf(outcome),
    ...(outcome.decision ? {} : { status_code: statusOf(outcome), reason: messageOf(outcome) }),
    ...obligationsOf(outcome),
  }),
  /** opa-envoy-plugin's response; note `allowed`. */
  envoy: (outcome) => {
    const headers = headersOf(outcome);
    return {
      allowed: outcome.decision,
      headers,
      ...(outcome.decision
        ? // Envoy removes after it sets: a header that we set must not be in this list.
          { request_headers_to_remove: UPSTREAM.filter((name) => !(name in headers)) }
        : { http_status: statusOf(outcome), body: messageOf(outcome) }),
      dynamic_metadata: { decision_id: outcome.decisionId, ...obligationsOf(outcome) },
    };
  },
};

/** What the upstream believes to be ours. */
const UPSTREAM = ['x-sallyport-subject', 'x-decision-id', 'x-sallyport-warning'];

function headersOf(outcome: DecisionOutcome): Readonly<Record<string, string>> {
  const { decision, decisionId, subject, facts } = outcome;
  const warning = warningOf([outcome]);
  const isChallenged = !decision && statusOf(outcome) === 401;
  return {
    'x-decision-id': decisionId,
    ...(decision && facts
      ? { 'x-sallyport-subject': headerText(`${subject.type}:${subject.id}`) }
      : {}),
    ...(warning === undefined ? {} : { 'x-sallyport-warning': warning }),
    ...(decision ? {} : { 'x-sallyport-reason': reasonOf(outcome) }),
    ...(isChallenged ? { 'www-authenticate': CHALLENGE } : {}),
  };
}

const CHALLENGE = 'Bearer realm="sallyport"';
/** The end user must authenticate. */
const UNPROVED: ReadonlySet<string | undefined> = new Set<ReasonCode>([
  'subject-token-missing',
  'subject-token-invalid',
  'subject-token-expired',
]);

function statusOf({ reasons: [reason] }: DecisionOutcome): 401 | 403 {
  return UNPROVED.has(reason) ? 401 : 403;
}

function reasonOf({ reasons: [reason = 'no-matching-policy'] }: DecisionOutcome): ReasonCode {
  return reason;
}

/** A sentence that a person can quote. */
function messageOf(outcome: DecisionOutcome): string {
  const reason = mostTelling(outcome.reasons) ?? reasonOf(outcome);
  return `${reasonSentence(reason)} (decision ${outcome.decisionId})`;
}

/** An enforcement point must see what it must do: a boolean has them beside it. */
export function obligationsOf({ obligations }: DecisionOutcome): {
  readonly obligations?: readonly JsonObject[];
} {
  return obligations.length === 0 ? {} : { obligations: obligations.map(asJson) };
}

function asJson(obligation: Obligation): JsonObject {
  return obligation as unknown as JsonObject;
}
