import type { Scalar } from '@sallyport/contracts';
import { SetValue, type Value } from '../compiled/value.js';
import { type Pattern, piecesOf } from '../compiled/like.js';
import { ofFields, scalarOf, scalarsOf } from './field-comparisons.js';
import { always, FAILS, type FieldOperand, not, type Operand, type Truth } from './operands.js';
import { PlanRefusal } from './plan-refusal.js';

/** `set.contains(element)`, where at least one of them is a field. */
export function contains(set: Operand, element: Operand): Truth {
  if (set.kind === 'field') {
    if (!set.set) return FAILS;
    if (element.kind === 'field') throw new PlanRefusal('a field of a row in a set of the row');
    const value = scalarOf(set, element.value);
    if (value === undefined) return always(false);
    return setComparison('hasAll', set, [value]);
  }
  if (!(set.value instanceof SetValue)) return FAILS;
  if (element.kind !== 'field') throw new Error('two known values are for the engine to compare');
  if (element.set) throw new PlanRefusal('a set of a row in a set of sets');
  return isOneOf(element, set.value);
}

/** Whether a field is one of some values. */
export function isOneOf(field: FieldOperand, values: Iterable<Value>): Truth {
  return listed(field, scalarsOf(field, values));
}

export function listed(field: FieldOperand, values: readonly Scalar[]): Truth {
  const { name, type } = field;
  const [first, ...others] = values;
  if (first === undefined) return always(false);
  return others.length === 0
    ? ofFields({ op: 'eq', field: name, type, value: first }, field)
    : ofFields({ op: 'in', field: name, type, values }, field);
}

/** `left.containsAll(right)`. */
export function containsAll(left: Operand, right: Operand): Truth {
  if (left.kind === 'field') {
    if (!left.set) return FAILS;
    if (right.kind === 'field') return ofTwoSets(left, right, always(true));
    if (!(right.value instanceof SetValue)) return FAILS;
    const values = scalarsOf(left, right.value);
    if (values.length < right.value.size) return always(false);
    return setComparison('hasAll', left, values);
  }
  if (!(left.value instanceof SetValue) || right.kind !== 'field' || !right.set) return FAILS;
  return setComparison('within', right, scalarsOf(right, left.value));
}

/** `left.containsAny(right)`. */
export function containsAny(left: Operand, right: Operand): Truth {
  if (left.kind === 'value') return right.kind === 'value' ? FAILS : containsAny(right, left);
  if (!left.set) return FAILS;
  if (right.kind === 'field') return ofTwoSets(left, right, not(isEmpty(left)));
  if (!(right.value instanceof SetValue)) return FAILS;
  return setComparison('hasAny', left, scalarsOf(left, right.value));
}

export function isEmpty(operand: Operand): Truth {
  if (operand.kind === 'value' || !operand.set) return FAILS;
  return ofFields({ op: 'empty', field: operand.name }, operand);
}

/** `field like pattern`. */
export function like(operand: Operand, pattern: Pattern): Truth {
  if (operand.kind === 'value' || operand.set || operand.type !== 'string') return FAILS;
  const { name: field } = operand;
  // Two wildcards in a row are one.
  const pieces = piecesOf(pattern).filter(
    (piece, at, { length }) => piece !== '' || at === 0 || at === length - 1,
  );
  const [only = '', ...others] = pieces;
  if (others.length === 0)
    return ofFields({ op: 'eq', field, type: 'string', value: only }, operand);
  if (pieces.every((piece) => piece === '')) return always(true);
  return ofFields({ op: 'like', field, pieces }, operand);
}

/** Throws away what no value can change: every set has all of none, and none of none. */
export function setComparison(
  op: 'hasAll' | 'hasAny' | 'within',
  set: FieldOperand,
  values: readonly Scalar[],
): Truth {
  const { name: field, type } = set;
  if (values.length > 0) return ofFields({ op, field, type, values }, set);
  if (op === 'hasAny') return always(false);
  return op === 'hasAll' ? always(true) : ofFields({ op: 'empty', field }, set);
}

function ofTwoSets(left: FieldOperand, right: FieldOperand, ofItself: Truth): Truth {
  if (!right.set) return FAILS;
  if (left.name !== right.name) throw new PlanRefusal('two sets of a row can not be compared');
  return ofItself;
}
