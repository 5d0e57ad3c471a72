import { EntityValue, SetValue, type Value } from '../compiled/value.js';
import { type Expression, operation } from '../expression.js';

const BOOLEAN = new Set(
  ['==', '!=', '<', '<=', '>', '>=', 'in', 'is', 'has', 'hasTag', 'like', '!', '&&', '||']
    .concat(['contains', 'containsAll', 'containsAny', 'isEmpty'])
    .concat(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'])
    .concat(['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast', 'isInRange']),
);

/** Whether an expression that does not fail is a boolean for certain. */
export function isBoolean(expression: Expression): boolean {
  const [operator, body] = operation(expression);
  return operator === 'Value' ? typeof body === 'boolean' : BOOLEAN.has(operator);
}

/** Whether an expression can't fail, whatever the unknown turns out to be. False where that would take more than a look. */
export function isSafe(expression: Expression): boolean {
  const [operator, body] = operation(expression);
  const { left, right, arg } = (body ?? {}) as Record<string, Expression | undefined>;
  switch (operator) {
    case 'Value':
    case 'Var':
      return true;
    case '==':
    case '!=':
      return isSafePair(left, right);
    case '&&':
    case '||':
      return isSafePair(left, right) && [left, right].every((one) => one && isBoolean(one));
    case '!':
      return arg !== undefined && isBoolean(arg) && isSafe(arg);
    case 'is':
      return isEntityVariable(left);
    case 'has':
      return left !== undefined && 'Var' in left && isOneStep(body);
    case 'in':
      return isEntityVariable(left) && right !== undefined && isEntityLiteral(right);
    default:
      return false;
  }
}

function isSafePair(left: Expression | undefined, right: Expression | undefined): boolean {
  return left !== undefined && right !== undefined && isSafe(left) && isSafe(right);
}

function isEntityVariable(expression: Expression | undefined): boolean {
  const name = expression?.['Var'];
  return name !== undefined && name !== 'context';
}

function isOneStep(has: unknown): boolean {
  const { attr } = has as { readonly attr: string | readonly string[] };
  return typeof attr === 'string' || attr.length === 1;
}

function isEntityLiteral(expression: Expression): boolean {
  const [operator, body] = operation(expression);
  if (operator === 'Set') return (body as Expression[]).every(isEntityLiteral);
  return operator === 'Value' && typeof body === 'object' && body !== null && '__entity' in body;
}

/** Whether `in` asks about an entity itself. */
export function isReflexive(expression: Expression, [entity, above]: readonly Value[]): boolean {
  if (!('in' in expression) || !(entity instanceof EntityValue)) return false;
  const others = above instanceof SetValue ? [...above] : [above];
  return others.some((other) => other instanceof EntityValue && entity.equals(other));
}
