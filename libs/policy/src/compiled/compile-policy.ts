import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Expression } from '../expression.js';
import type { ExpressionCompiler, Slots } from './compile-expression.js';
import type { Condition } from './condition.js';
import type { Environment } from './environment.js';
import { UnsupportedFeatureError } from './fault.js';
import { QuestionFault, type TypeNames } from './literal.js';
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
    const conditions = json.conditions.flatMap(({ kind, body }) => {
      const expression = body as Expression;
      return conjuncts(kind === 'when' ? expression : { '!': { arg: expression } });
    });
    return {
      id,
      effect: json.effect,
      scope: readScope(json, typeNames, slots),
      holds: conjunction(conditions.map((condition) => compiler.condition(condition, slots))),
    };
  } catch (error) {
    if (error instanceof UnsupportedFeatureError)
      throw new UnsupportedFeatureError(error.feature, id);
    if (error instanceof QuestionFault) throw new UnsupportedFeatureError(error.message, id);
    throw error;
  }
}

/** `a && b` is two conditions, in this order: so policies share each of them. */
function conjuncts(expression: Expression): Expression[] {
  const joined = expression['&&'] as { left: Expression; right: Expression } | undefined;
  return joined === undefined
    ? [expression]
    : [...conjuncts(joined.left), ...conjuncts(joined.right)];
}

/** In order: what stands after a condition that is false is not evaluated. */
function conjunction(conditions: readonly Condition[]): CompiledPolicy['holds'] {
  return (environment) => {
    for (const condition of conditions) if (!condition.holds(environment)) return false;
    return true;
  };
}
