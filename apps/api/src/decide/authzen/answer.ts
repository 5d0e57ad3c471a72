import { reasonSentence, type JsonObject, type Obligation } from '@sallyport/contracts';
import { type DecisionOutcome, isIgnored, warningOf } from '../decision-outcome.js';

/** AuthZEN §6.2. */
interface EvaluationAnswer {
  readonly decision: boolean;
  readonly context?: JsonObject;
}

const PERMIT = '{"decision":true}';
const DENY = '{"decision":false}';

/**
 * The body of an answer as JSON: minimal, and the same for the same question on the same facts. Obligations always appear, for an
 * enforcement point must see what it must do; reasons only where they were asked for.
 */
export function answerText(outcome: DecisionOutcome, explain: boolean): string {
  const { decision, obligations, token } = outcome;
  if (!explain && token === undefined && !isIgnored(outcome)) {
    if (obligations.length === 0) return decision ? PERMIT : DENY;
    return `{"decision":${decision},"context":{"obligations":${obligationsText(obligations)}}}`;
  }
  return JSON.stringify(answerBody(outcome, explain));
}

// Obligations are made when a policy is loaded: the same few objects come with every decision.
const obligationTexts = new WeakMap<Obligation, string>();

function obligationsText(obligations: readonly Obligation[]): string {
  let text = '';
  for (const obligation of obligations) {
    const known = obligationTexts.get(obligation) ?? JSON.stringify(obligation);
    obligationTexts.set(obligation, known);
    text += text === '' ? known : `,${known}`;
  }
  return `[${text}]`;
}

function answerBody(outcome: DecisionOutcome, explain: boolean): EvaluationAnswer {
  const { decision, obligations, token } = outcome;
  const context = {
    ...(isIgnored(outcome) ? { warning: warningOf([outcome]) } : {}),
    ...(obligations.length === 0 ? {} : { obligations }),
    ...(explain ? explanation(outcome) : {}),
    ...(token === undefined
      ? {}
      : {
          token: {
            access_token: token.accessToken,
            token_type: 'Bearer',
            expires_in: token.expiresInSeconds,
          },
        }),
  };
  return Object.keys(context).length === 0
    ? { decision }
    : { decision, context: context as unknown as JsonObject };
}

function explanation(outcome: DecisionOutcome): object {
  const { reasons, determining, erroring, advice, policyVersion } = outcome;
  return {
    reasons: reasons.map((code) => ({ code, message: reasonSentence(code) })),
    determining,
    ...(erroring.length === 0 ? {} : { erroring: erroring.map(({ id }) => id) }),
    ...(advice.length === 0 ? {} : { advice }),
    ...(policyVersion === null ? {} : { policy_version: policyVersion }),
  };
}
