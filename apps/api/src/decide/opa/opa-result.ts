import {
  type JsonObject,
  mostTelling,
  type Obligation,
  type PepOpaPath,
  type ReasonCode,
  reasonSentence,
} from '@sallyport/contracts';
import { type DecisionOutcome, warningOf } from '../decision-outcome.js';
import { type Denial, denialOf } from '../forward-auth/denial.js';
import { headersToRemove, upstreamHeaders } from '../forward-auth/upstream-headers.js';

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
    ...(outcome.decision ? {} : { status: denial(outcome).status, message: messageOf(outcome) }),
    ...obligationsOf(outcome),
  }),
  /** APISIX's `opa` plugin; it hands on to the upstream what `send_headers_upstream` lists. */
  apisix: (outcome) => ({
    allow: outcome.decision,
    headers: headersOf(outcome),
    ...(outcome.decision
      ? {}
      : { status_code: denial(outcome).status, reason: messageOf(outcome) }),
    ...obligationsOf(outcome),
  }),
  /** opa-envoy-plugin's response; note `allowed`. Envoy removes after it sets, so that no header may be in both lists. */
  envoy: (outcome) => {
    const headers = headersOf(outcome);
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    return {
      allowed: outcome.decision,
      headers: given,
      ...(outcome.decision
        ? { request_headers_to_remove: removedBeside(headers) }
        : { http_status: denial(outcome).status, body: messageOf(outcome) }),
      dynamic_metadata: { decision_id: outcome.decisionId, ...obligationsOf(outcome) },
    };
  },
};

function removedBeside(headers: Readonly<Record<string, string>>): readonly string[] {
  return headersToRemove(headers)
    .split(',')
    .filter((name) => !headers[name]);
}

/** For the application when allowed, for the client otherwise. */
function headersOf(outcome: DecisionOutcome): Readonly<Record<string, string>> {
  const warning = warningOf([outcome]);
  if (outcome.decision) {
    const given = upstreamHeaders(outcome);
    return warning === undefined ? given : { ...given, 'x-sallyport-warning': warning };
  }
  // How a message is wrapped is the gateway's affair.
  const { 'content-type': _, ...headers } = denial(outcome).headers;
  return { 'x-decision-id': outcome.decisionId, ...headers };
}

function denial(outcome: DecisionOutcome): Denial {
  return denialOf(reasonOf(outcome), outcome.decisionId, undefined);
}

function reasonOf({ reasons }: DecisionOutcome): ReasonCode {
  return mostTelling(reasons) ?? 'no-matching-policy';
}

/** A sentence that a person can quote. */
function messageOf(outcome: DecisionOutcome): string {
  return `${reasonSentence(reasonOf(outcome))} (decision ${outcome.decisionId})`;
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
