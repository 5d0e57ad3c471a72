import { reasonSentence, type JsonObject } from '@sallyport/contracts';
import type { DecisionOutcome } from '../decision-outcome.js';

/** AuthZEN §6.2. */
export interface EvaluationAnswer {
  readonly decision: boolean;
  readonly context?: JsonObject;
}

/**
 * The body of an answer: minimal, and the same for the same question on the same facts. Obligations always appear, for an
 * enforcement point must see what it must do; reasons only where they were asked for.
 */
export function answerBody(outcome: DecisionOutcome, explain: boolean): EvaluationAnswer {
  const { decision, obligations, token } = outcome;
  const context = {
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
