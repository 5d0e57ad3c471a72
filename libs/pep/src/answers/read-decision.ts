import type { JsonObject, Obligation } from '@sallyport/contracts';
import { AnswerMalformedError } from '../errors.js';
import type { Decision, Reason } from '../model.js';
import { isObject, objectIn, textIn } from '../read-member.js';

/** What the headers of an answer say about it. */
export interface Told {
  readonly decisionId: string | undefined;
  readonly policyVersion: string | undefined;
  readonly warning: string | undefined;
}

export function toldBy(headers: Headers): Told {
  return {
    decisionId: headers.get('x-decision-id') ?? undefined,
    policyVersion: headers.get('x-policy-version') ?? undefined,
    warning: headers.get('x-sallyport-warning') ?? undefined,
  };
}

/** AuthZEN §6.2. Throws AnswerMalformedError: half an answer is none. */
export function readDecision(json: unknown, told: Told): Decision {
  const body = objectIn(json, 'the answer');
  const { decision } = body;
  if (typeof decision !== 'boolean')
    throw new AnswerMalformedError('the answer has no decision that is true or false');
  const context = optionalObject(body['context'], 'context');
  return {
    ...told,
    decision,
    context,
    obligations: readObligations(context),
    reasons: readReasons(context),
    failure: undefined,
    isCached: false,
  };
}

export function readObligations(context: JsonObject | undefined): readonly Obligation[] {
  const list = context?.['obligations'];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw new AnswerMalformedError('obligations is not an array');
  return (list as readonly unknown[]).map((item) => {
    const obligation = objectIn(item, 'an obligation');
    const type = textIn(obligation['type']);
    if (type === undefined) throw new AnswerMalformedError('an obligation has no type');
    const id = textIn(obligation['id']) ?? type;
    const properties = optionalObject(obligation['properties'], 'the properties of an obligation');
    return properties === undefined ? { id, type } : { id, type, properties };
  });
}

/** Nothing is decided by reasons: what is not understood is left out. */
function readReasons(context: JsonObject | undefined): readonly Reason[] {
  const list = context?.['reasons'];
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).flatMap((item) => {
    const code = isObject(item) ? textIn(item['code']) : textIn(item);
    if (code === undefined) return [];
    return [{ code, message: (isObject(item) && textIn(item['message'])) || code }];
  });
}

function optionalObject(value: unknown, what: string): JsonObject | undefined {
  return value === undefined || value === null ? undefined : objectIn(value, what);
}
