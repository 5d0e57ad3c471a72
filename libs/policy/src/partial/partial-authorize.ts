import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { ExpressionCompiler, type Slots } from '../compiled/compile-expression.js';
import type { Environment } from '../compiled/environment.js';
import { PolicyFault } from '../compiled/fault.js';
import { asBoolean } from '../compiled/operators.js';
import type { Expression } from '../expression.js';
import { reducePolicy } from './partial-policy.js';
import { type PartialQuestion, spellingOf } from './partial-question.js';

/** A policy, or a linked template, in Cedar's JSON policy format. */
export interface PolicySource {
  readonly id: string;
  readonly json: PolicyJson;
  readonly slots?: Slots;
}

interface NamedPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
}

/** A policy of which it depends on the unknown whether it is satisfied, or errs. */
export interface ResidualPolicy extends NamedPolicy {
  /** Scope and conditions in one, in Cedar's JSON policy format, without what is known. */
  readonly condition: Expression;
}

/** What is certain about a question of which part is unknown, and what is left to ask. */
export interface PartialDecision {
  /** Undefined where it depends on the unknown. */
  readonly decision: 'allow' | 'deny' | undefined;
  readonly satisfied: readonly NamedPolicy[];
  readonly erring: readonly string[];
  readonly residuals: readonly ResidualPolicy[];
}

/** The answer to a question that is known, in Cedar's terms. */
export interface ResolvedDecision {
  readonly decision: 'allow' | 'deny';
  /** Ids of the determining policies. */
  readonly reason: readonly string[];
  /** Ids of the policies that erred. */
  readonly errors: readonly string[];
}

/**
 * Evaluates policies as far as the question is known. `resolvePartial` on the question once it is known gives what evaluating all of it at once would have
 * given. Throws `UnsupportedFeatureError`.
 */
export function partialAuthorize(
  policies: readonly PolicySource[],
  question: PartialQuestion,
): PartialDecision {
  const compiler = new ExpressionCompiler(spellingOf(question).read);
  const satisfied: NamedPolicy[] = [];
  const erring: string[] = [];
  const residuals: ResidualPolicy[] = [];
  for (const { id, json, slots } of policies) {
    const { effect } = json;
    const reduction = reducePolicy(json, question, compiler, slots);
    if (reduction.kind === 'fault') erring.push(id);
    else if (reduction.kind === 'residual')
      residuals.push({ id, effect, condition: reduction.expression });
    else if (reduction.value === true) satisfied.push({ id, effect });
  }
  return { decision: certain(satisfied, residuals), satisfied, erring, residuals };
}

/** What a partial decision becomes for a question that agrees with it in everything that was known. */
export function resolvePartial(
  { satisfied, erring, residuals }: PartialDecision,
  environment: Environment,
): ResolvedDecision {
  const compiler = new ExpressionCompiler(sameName);
  const all = [...satisfied];
  const errors = [...erring];
  for (const { id, effect, condition } of residuals) {
    try {
      if (asBoolean(compiler.compile(condition).run(environment))) all.push({ id, effect });
    } catch (error) {
      if (!(error instanceof PolicyFault)) throw error;
      errors.push(id);
    }
  }
  const forbidding = all.filter(({ effect }) => effect === 'forbid');
  const determining = forbidding.length > 0 ? forbidding : all;
  return {
    decision: forbidding.length === 0 && all.length > 0 ? 'allow' : 'deny',
    reason: determining.map(({ id }) => id),
    errors,
  };
}

function certain(
  satisfied: readonly NamedPolicy[],
  residuals: readonly ResidualPolicy[],
): PartialDecision['decision'] {
  const has = (policies: readonly NamedPolicy[], wanted: NamedPolicy['effect']) =>
    policies.some(({ effect }) => effect === wanted);
  if (has(satisfied, 'forbid')) return 'deny';
  if (has(satisfied, 'permit')) return has(residuals, 'forbid') ? undefined : 'allow';
  return has(residuals, 'permit') ? undefined : 'deny';
}

function sameName(name: string): string {
  return name;
}
