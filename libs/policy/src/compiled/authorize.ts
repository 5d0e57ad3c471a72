import type { EntityJson, PolicyJson, SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import { ExpressionCompiler, type Slots } from './compile-expression.js';
import { type CompiledPolicy, compilePolicy } from './compile-policy.js';
import { type Environment, questionNumber } from './environment.js';
import { evaluateSet } from './evaluate-set.js';
import { UnsupportedFeatureError } from './fault.js';
import { decodeJsonEntity, decoding, JsonEntities } from './json-entities.js';
import { decodeEntity, decodeRecord, QuestionFault } from './literal.js';
import { type ResolvedSchema, resolveSchema } from './schema.js';
import { LinearIndex, type PolicyIndex, ScopeIndex } from './scope-index.js';
import { checkRequest, decodeContext, decodeTypedEntities } from './typed-question.js';

/** A policy of Cedar's JSON policy format. */
export interface JsonPolicy {
  readonly id: string;
  readonly json: PolicyJson;
}

/** A policy made from a template by filling its slots, `?principal` and `?resource`. */
export interface JsonTemplateLink {
  readonly templateId: string;
  readonly id: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface CompileOptions {
  /** With it, contexts and entities are read and checked as it says. */
  readonly schema?: SchemaJson<string>;
  readonly templates?: readonly JsonPolicy[];
  readonly links?: readonly JsonTemplateLink[];
  /** `linear` looks at every policy each time; the answers are the same. */
  readonly index?: 'scope' | 'linear';
}

/** A question in Cedar's own JSON. Integers may be bigints. */
export interface CedarQuestion {
  readonly principal: unknown;
  readonly action: unknown;
  readonly resource: unknown;
  readonly context: unknown;
  readonly entities: readonly (EntityJson | Readonly<Record<string, unknown>>)[];
  /** Whether the schema must allow the question; true where absent. */
  readonly validateRequest?: boolean;
}

export type CedarAnswer =
  | {
      readonly decision: 'allow' | 'deny';
      /** Determining policies, in order of their ids. */
      readonly reason: readonly string[];
      readonly errors: readonly { readonly policyId: string; readonly message: string }[];
    }
  /** Why the question could not be asked. */
  | { readonly failure: readonly string[] };

export interface CompiledPolicySet {
  /** Means what cedar-wasm's `isAuthorized` means. Never throws but for defects. */
  authorize(question: CedarQuestion): CedarAnswer;
}

/** Compiles a set at Cedar's own level: the corpus, the fuzzers and partial evaluation stand on it. Throws `UnsupportedFeatureError`. */
export function compilePolicySet(
  policies: readonly JsonPolicy[],
  options: CompileOptions = {},
): CompiledPolicySet {
  const compiler = new ExpressionCompiler(sameName);
  const templates = new Map((options.templates ?? []).map(({ id, json }) => [id, json]));
  const compiled = [
    ...policies.map(({ id, json }) => compilePolicy(id, json, compiler, sameName)),
    ...(options.links ?? []).map((link) => compileLink(link, templates, compiler)),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
  const index = options.index === 'linear' ? new LinearIndex(compiled) : scopeIndex(compiled);
  const schema = options.schema === undefined ? undefined : resolveSchema(options.schema);
  return { authorize: (question) => answered(() => decide(index, readQuestion(question, schema))) };
}

function scopeIndex(policies: readonly CompiledPolicy[]): PolicyIndex {
  const index = new ScopeIndex();
  for (const policy of policies) index.add(policy);
  return index;
}

function compileLink(
  { id, templateId, values }: JsonTemplateLink,
  templates: ReadonlyMap<string, PolicyJson>,
  compiler: ExpressionCompiler,
): CompiledPolicy {
  const template = templates.get(templateId);
  if (template === undefined)
    throw new UnsupportedFeatureError(`the unknown template ${templateId}`, id);
  const slots: Slots = Object.fromEntries(
    Object.entries(values).map(([slot, entity]) => [slot, decodeEntity(entity)]),
  );
  return compilePolicy(id, template, compiler, sameName, slots);
}

function readQuestion(question: CedarQuestion, schema: ResolvedSchema | undefined): Environment {
  const [principal, action, resource] = [
    decodeEntity(question.principal),
    decodeEntity(question.action),
    decodeEntity(question.resource),
  ];
  if (schema === undefined) {
    const context = decoding(() => decodeRecord(question.context));
    const entities = new JsonEntities(question.entities.map(decodeJsonEntity));
    return { principal, action, resource, context, entities, ...numbers() };
  }
  const context = decodeContext(question.context, action, schema);
  if (question.validateRequest ?? true) checkRequest(principal, action, resource, context, schema);
  const entities = decodeTypedEntities(question.entities, schema);
  return { principal, action, resource, context, entities, ...numbers() };
}

/** Contexts that come as JSON may hold entities, so no two questions share what is read of them. */
function numbers(): Pick<Environment, 'number' | 'contextNumber'> {
  const number = questionNumber();
  return { number, contextNumber: number };
}

function decide(index: PolicyIndex, environment: Environment): CedarAnswer {
  const { decision, determining, failed } = evaluateSet(index, environment);
  return {
    decision,
    reason: determining.map(({ policy }) => policy.id),
    errors: failed.map(({ candidate, fault }) => ({
      policyId: candidate.policy.id,
      message: fault.message,
    })),
  };
}

function answered(ask: () => CedarAnswer): CedarAnswer {
  try {
    return ask();
  } catch (error) {
    if (error instanceof QuestionFault) return { failure: [error.message] };
    throw error;
  }
}

function sameName(name: string): string {
  return name;
}
