import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { ExpressionCompiler, Slots } from '../compiled/compile-expression.js';
import { type Constraint, readScope } from '../compiled/scope.js';
import { valueToExpression } from '../compiled/to-expression.js';
import type { EntityValue } from '../compiled/value.js';
import type { Expression } from '../expression.js';
import { ExpressionReducer } from './expression-reducer.js';
import { type PartialQuestion, spellingOf, type TypeSpelling } from './partial-question.js';
import type { Reduction } from './reduction.js';

/**
 * What a policy, its scope and conditions joined, comes down to. A known result is whether the policy is satisfied; a fault says that it errs in every case.
 */
export function reducePolicy(
  json: PolicyJson,
  question: PartialQuestion,
  compiler: ExpressionCompiler,
  slots: Slots = {},
): Reduction {
  const reducer = new ExpressionReducer(question, compiler, slots);
  const scope = scopeOf(json, slots, spellingOf(question));
  return reducer.condition(conjunction([...scope, ...conditionsOf(json)]));
}

function conditionsOf({ conditions }: PolicyJson): Expression[] {
  return conditions.map(({ kind, body }) => {
    const expression = body as Expression;
    return kind === 'when' ? expression : { '!': { arg: expression } };
  });
}

function scopeOf(json: PolicyJson, slots: Slots, { read, write }: TypeSpelling): Expression[] {
  const { principal, action, resource } = readScope(json, read, slots);
  return Object.entries({ principal, action, resource }).flatMap(([name, constraint]) =>
    scopeLine({ Var: name }, constraint, write),
  );
}

/** A line of the scope as an expression, which can't fail. */
function scopeLine(
  variable: Expression,
  constraint: Constraint,
  typeName: TypeSpelling['write'],
): Expression[] {
  const isOf = (type: string) => ({ is: { left: variable, entity_type: typeName(type) } });
  switch (constraint.kind) {
    case 'all':
      return [];
    case 'equals':
      return [{ '==': { left: variable, right: valueToExpression(constraint.entity, typeName) } }];
    case 'type':
      return [isOf(constraint.type)];
    case 'within': {
      const { entities, type } = constraint;
      const inside = { in: { left: variable, right: oneOf(entities, typeName) } };
      return type === undefined ? [inside] : [isOf(type), inside];
    }
  }
}

function oneOf(entities: readonly EntityValue[], typeName: TypeSpelling['write']): Expression {
  const all = entities.map((entity) => valueToExpression(entity, typeName));
  const [only, ...others] = all;
  return only !== undefined && others.length === 0 ? only : { Set: all };
}

function conjunction(parts: readonly Expression[]): Expression {
  return parts.reduceRight<Expression>(
    (rest, part) => (rest['Value'] === true ? part : { '&&': { left: part, right: rest } }),
    { Value: true },
  );
}
