import {
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { record, type Round, type Verdict } from './round.js';

type PolicySet = Parameters<typeof preparsePolicySet>[1];
type Schema = Parameters<typeof preparseSchema>[1];
type Call = Parameters<typeof statefulIsAuthorized>[0];
type Answer = { type: string; errors?: { message: string }[] };

// Constant: what was parsed under a name can't be freed, only replaced.
const SLOT = 'differential';
const BIG = '\u2063integer:';
const MARKED = new RegExp(`"${BIG}(-?\\d+)"`, 'g');

/** The verdicts of Cedar's own engine on a round's questions, in order. */
export function referenceVerdicts(round: Round): Verdict[] {
  return withWholeIntegers(() => {
    const refusal = prepare(round);
    if (refusal !== undefined) return round.questions.map(() => ({ failure: refusal }));
    return round.questions.map(({ principal, action, resource, context, validateRequest }) => {
      // A throw ends the run: it costs the instance stack for good, and no generated input may cause one.
      const answer = statefulIsAuthorized({
        principal,
        action,
        resource,
        context,
        entities: round.entities,
        preparsedPolicySetId: SLOT,
        validateRequest,
        ...(round.schema === undefined ? {} : { preparsedSchemaName: SLOT }),
      } as unknown as Call);
      if (answer.type === 'failure') return { failure: messages(answer) };
      const { decision, diagnostics } = answer.response;
      return {
        decision,
        reason: [...diagnostics.reason].sort(),
        errors: diagnostics.errors
          .map(({ policyId, error }) => ({ policyId, message: error.message }))
          .sort((a, b) => (a.policyId < b.policyId ? -1 : 1)),
      };
    });
  });
}

function prepare({ schema, policies, templates, links }: Round): string | undefined {
  const set = {
    staticPolicies: record(policies.map(({ id, json }) => [id, json])),
    templates: record(templates.map(({ id, json }) => [id, json])),
    templateLinks: links,
  };
  const answers: Answer[] = [preparsePolicySet(SLOT, set as unknown as PolicySet)];
  if (schema !== undefined) answers.push(preparseSchema(SLOT, schema as unknown as Schema));
  return answers.map(messages).find((message) => message !== '');
}

function messages({ errors }: Answer): string {
  return (errors ?? []).map(({ message }) => message).join(' ');
}

/** cedar-wasm gets its arguments by `JSON.stringify`, which throws on a bigint: meanwhile, it writes one as the integer that it is. */
function withWholeIntegers<T>(work: () => T): T {
  const { stringify } = JSON;
  const mark = (_: string, value: unknown) =>
    typeof value === 'bigint' ? `${BIG}${value}` : value;
  const whole = (value: unknown) => {
    try {
      return stringify(value);
    } catch {
      return stringify(value, mark).replaceAll(MARKED, '$1');
    }
  };
  JSON.stringify = whole as typeof stringify;
  try {
    return work();
  } finally {
    JSON.stringify = stringify;
  }
}
