import { type JsonObject, type PepOpaPath, reasonSentence } from '@sallyport/contracts';
import { VERSION } from '../../platform/version.js';
import { type DecisionOutcome, warningOf } from '../decision-outcome.js';
import { obligationsOf, resultOf } from './opa-result.js';

/** OPA's query parameters that change an answer. `instrument` and `strict-builtin-errors` are taken and change nothing here. */
export interface AnswerOptions {
  readonly pretty: boolean;
  readonly provenance: boolean;
  readonly metrics: boolean;
  readonly explain: boolean;
}

export function readAnswerOptions(query: Readonly<Record<string, unknown>>): AnswerOptions {
  const isSet = (name: string) => query[name] === '' || query[name] === 'true';
  return {
    pretty: isSet('pretty'),
    provenance: isSet('provenance'),
    metrics: isSet('metrics') || isSet('instrument'),
    explain: ['notes', 'fails', 'full', 'debug'].some((mode) => query['explain'] === mode),
  };
}

/** What `POST /v1/data/<path>` answers (OPA's REST API, "Get a Document with Input"). */
export function documentOf(
  path: PepOpaPath,
  outcome: DecisionOutcome,
  tenantId: string,
  options: AnswerOptions,
): object {
  const warning = warningOf([outcome]);
  return {
    decision_id: outcome.decisionId,
    result: resultOf(path, outcome),
    ...(path.view === 'boolean' ? obligationsOf(outcome) : {}),
    ...(warning === undefined ? {} : { warning: { code: 'would_be_denied', message: warning } }),
    ...(options.provenance ? { provenance: provenanceOf(outcome, tenantId) } : {}),
    ...(options.explain ? { explanation: explanationOf(outcome) } : {}),
  };
}

/** The tenant's policy is the bundle, its version the revision. */
function provenanceOf({ policyVersion }: DecisionOutcome, tenantId: string): JsonObject {
  return {
    version: VERSION,
    ...(policyVersion === null ? {} : { bundles: { [tenantId]: { revision: policyVersion } } }),
  };
}

/** OPA tells its evaluation step by step; here it is the reasons and the policies that decided. */
function explanationOf({ reasons, determining, erroring }: DecisionOutcome): readonly string[] {
  return [
    ...reasons.map((code) => `${code}: ${reasonSentence(code)}`),
    ...determining.map(({ effect, id }) => `${effect} by policy ${id}`),
    ...erroring.map(({ id }) => `policy ${id} could not be evaluated`),
  ];
}

/** The members that say how long it took, where they were asked for: the whole request, for nothing else is measured. */
export function metricsOf({ metrics }: AnswerOptions, elapsedMs: number): object {
  return metrics ? { metrics: { timer_server_handler_ns: Math.round(elapsedMs * 1e6) } } : {};
}

export function textOf(document: unknown, { pretty }: AnswerOptions): string {
  return pretty ? `${JSON.stringify(document, undefined, 2)}\n` : JSON.stringify(document);
}
