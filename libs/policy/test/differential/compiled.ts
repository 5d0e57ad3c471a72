import type { PolicyJson, SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import { type CompiledPolicySet, compilePolicySet } from '../../src/compiled/authorize.js';
import { UnsupportedFeatureError } from '../../src/compiled/fault.js';
import type { PolicySource, Question, Round, Verdict } from './round.js';

export const INDEXES = ['scope', 'linear'] as const;
export type IndexKind = (typeof INDEXES)[number];

/** The verdicts of the compiled engine on a round's questions, in order. */
export function compiledVerdicts(round: Round, index: IndexKind): Verdict[] {
  try {
    const set = compile(round, index);
    return round.questions.map((question) => ask(set, round, question));
  } catch (error) {
    const verdict = error instanceof UnsupportedFeatureError ? refused(error) : crashed(error);
    return round.questions.map(() => verdict);
  }
}

function compile({ policies, templates, links, schema }: Round, index: IndexKind) {
  return compilePolicySet(policies.map(jsonPolicy), {
    templates: templates.map(jsonPolicy),
    links: links.map(({ templateId, newId, values }) => ({ templateId, id: newId, values })),
    index,
    ...(schema === undefined ? {} : { schema: schema as unknown as SchemaJson<string> }),
  });
}

function jsonPolicy({ id, json }: PolicySource): { id: string; json: PolicyJson } {
  return { id, json: json as unknown as PolicyJson };
}

function ask(set: CompiledPolicySet, { entities }: Round, question: Question): Verdict {
  try {
    const answer = set.authorize({ ...question, entities } as Parameters<typeof set.authorize>[0]);
    if ('failure' in answer) return { failure: answer.failure.join(' ') };
    const { decision, reason, errors } = answer;
    return {
      decision,
      reason: [...reason].sort(),
      errors: [...errors].sort((a, b) => (a.policyId < b.policyId ? -1 : 1)),
    };
  } catch (error) {
    return crashed(error);
  }
}

function refused({ message }: Error): Verdict {
  return { failure: message };
}

function crashed(error: unknown): Verdict {
  return { crash: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
