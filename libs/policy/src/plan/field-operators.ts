import type { Pattern } from '../compiled/like.js';
import { authzenType } from '../compiled/type-names.js';
import { EntityValue } from '../compiled/value.js';
import { type Expression, operation } from '../expression.js';
import { decimalOrdering, equality, type Order, ordering } from './field-comparisons.js';
import { always, FAILS, not, type Operand, type Truth } from './operands.js';
import { PlanRefusal } from './plan-refusal.js';
import type { RowHierarchy } from './row-hierarchy.js';
import { contains, containsAll, containsAny, isEmpty, like } from './set-comparisons.js';

type Binary = (left: Operand, right: Operand, hierarchy: RowHierarchy) => Truth;

const ORDERS: readonly (readonly [operator: string, method: string, order: Order])[] = [
  ['<', 'lessThan', 'lt'],
  ['<=', 'lessThanOrEqual', 'lte'],
  ['>', 'greaterThan', 'gt'],
  ['>=', 'greaterThanOrEqual', 'gte'],
];

const BINARY = new Map<string, Binary>([
  ['==', equality],
  ['!=', (left, right) => not(equality(left, right))],
  ['contains', contains],
  ['containsAll', containsAll],
  ['containsAny', containsAny],
  ['in', (left, right, hierarchy) => hierarchy.isIn(left, right)],
  ['hasTag', hasTag],
  // Registers hold no tags.
  ['getTag', () => FAILS],
  ...ORDERS.map(([operator, , order]): [string, Binary] => [
    operator,
    (left, right) => ordering(order, left, right),
  ]),
  ...ORDERS.map(([, method, order]): [string, Binary] => [
    method,
    (left, right) => decimalOrdering(order, left, right),
  ]),
]);

/** An operator of which an operand is a field of the row. Throws `PlanRefusal` for one that no filter has. */
export function compareFields(
  expression: Expression,
  [first, second]: readonly Operand[],
  hierarchy: RowHierarchy,
): Truth {
  const [operator, body] = operation(expression);
  const binary = BINARY.get(operator);
  if (first !== undefined && second !== undefined && binary !== undefined)
    return binary(first, second, hierarchy);
  if (first !== undefined && operator === 'isEmpty') return isEmpty(first);
  if (first !== undefined && operator === 'like')
    return like(first, (body as { readonly pattern: Pattern }).pattern);
  if (first !== undefined && operator === 'is')
    return isOfType(first, authzenType((body as { readonly entity_type: string }).entity_type));
  throw new PlanRefusal('no filter can say this');
}

function isOfType(operand: Operand, type: string): Truth {
  if (operand.kind === 'value' || operand.set || operand.type !== 'entity') return FAILS;
  return always(operand.entity === type);
}

function hasTag(left: Operand, right: Operand): Truth {
  const isEntity =
    left.kind === 'value' ? left.value instanceof EntityValue : left.type === 'entity' && !left.set;
  const isName =
    right.kind === 'value'
      ? typeof right.value === 'string'
      : right.type === 'string' && !right.set;
  return isEntity && isName ? always(false) : FAILS;
}
