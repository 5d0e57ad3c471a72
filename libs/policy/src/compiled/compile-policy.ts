import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Expression } from '../expression.js';
import type { ExpressionCompiler, Slots } from './compile-expression.js';
import type { Environment, Run } from './environment.js';
import { UnsupportedFeatureError } from './fault.js';
import { QuestionFault, type TypeNames } from './literal.js';
import { asBoolean } from './operators.js';
import { readScope, type Scope } from './scope.js';

/** A policy that can be evaluated. */
export interface CompiledPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly scope: Scope;
  /** Whether the conditions hold, for a question that the scope matches. Throws `PolicyFault`. */
  readonly holds: (environment: Environment) => boolean;
}

/** Throws `UnsupportedFeatureError`, which names the policy. */
export function compilePolicy(
  id: string,
  json: PolicyJson,
  compiler: ExpressionCompiler,
  typeNames: TypeNames,
  slots: Slots = {},
): CompiledPolicy {
  try {
    const conditions = json.conditions.map(({ kind, body }) => {
      const expression = body as Expression;
      return compiler.compile(kind === 'when' ? expression : { '!': { arg: expression } }, slots)
        .run;
    });
    return {
      id,
      effect: json.effect,
      scope: readScope(json, typeNames, slots),
      holds: conjunction(conditions),
    };
  } catch (error) {
    if (error instanceof UnsupportedFeatureError)
      throw new UnsupportedFeatureError(error.feature, id);
    if (error instanceof QuestionFault) throw new UnsupportedFeatureError(error.message, id);
    throw error;
  }
}

/** In order: what stands after a condition that is false is not evaluated. */
function conjunction(conditions: readonly Run[]): CompiledPolicy['holds'] {
  const [only, ...others] = conditions;
  if (only === undefined) return () => true;
  if (others.length === 0) return (environment) => asBoolean(only(environment));
  return (environment) => {
    for (const condition of conditions) if (!asBoolean(condition(environment))) return false;
    return true;
  };
}
