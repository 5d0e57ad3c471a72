import type { JsonObject, Obligation } from '@sallyport/contracts';
import {
  AnswerMalformedError,
  ObligationUnknownError,
  PlanIncompleteError,
  type PepError,
} from '../errors.js';
import { isObject, objectIn, textIn } from '../read-member.js';
import { readObligations } from './read-decision.js';

/** Which resources of a type may be touched. A kind is always said: nothing is meant by a filter's absence. */
export interface Plan {
  readonly kind: 'always_allowed' | 'always_denied' | 'conditional';
  /** Present where `conditional`, in the words of the target. */
  readonly filter: JsonObject | undefined;
  /** Columns to hide, by name. */
  readonly masks: JsonObject | undefined;
  readonly obligations: readonly Obligation[];
  readonly decisionId: string | undefined;
  readonly policyVersion: string | undefined;
  readonly failure: PepError | undefined;
}

const KINDS = ['always_allowed', 'always_denied', 'conditional'] as const;

/** Throws a PepError where the plan could not be acted on in full. */
export function readPlan(
  json: unknown,
  headers: Headers,
  knows: (obligationType: string) => boolean,
): Plan {
  const body = objectIn(json, 'the plan');
  const kind = KINDS.find((one) => one === body['kind']);
  if (!kind) throw new AnswerMalformedError('the plan has no known kind');
  const { filter, masks } = body;
  if (kind === 'conditional' && !isObject(filter))
    throw new AnswerMalformedError('a conditional plan has no filter');
  if (masks !== undefined && masks !== null && !isObject(masks))
    throw new AnswerMalformedError('masks is not an object');
  if (body['complete'] !== true) throw new PlanIncompleteError('the plan is not complete');
  const obligations = readObligations(body);
  const unknown = obligations.find(({ type }) => !knows(type));
  if (unknown && kind !== 'always_denied')
    throw new ObligationUnknownError(`the plan has an unknown obligation: ${unknown.type}`);
  return {
    kind,
    filter: kind === 'conditional' && isObject(filter) ? filter : undefined,
    masks: isObject(masks) ? masks : undefined,
    obligations,
    decisionId: headers.get('x-decision-id') ?? undefined,
    policyVersion: textIn(body['policy_version']) ?? headers.get('x-policy-version') ?? undefined,
    failure: undefined,
  };
}

/** Nothing may be touched. */
export function deniedPlan(failure: PepError): Plan {
  return {
    kind: 'always_denied',
    filter: undefined,
    masks: undefined,
    obligations: [],
    decisionId: undefined,
    policyVersion: undefined,
    failure,
  };
}
