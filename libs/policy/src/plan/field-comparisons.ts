import type { Comparison, FieldType, Scalar } from '@sallyport/contracts';
import { DecimalValue } from '../compiled/decimal.js';
import { DatetimeValue } from '../compiled/time.js';
import { EntityValue, SetValue, type Value } from '../compiled/value.js';
import { and, type Condition, negate, present } from './conditions.js';
import { always, FAILS, type FieldOperand, type Operand, type Truth } from './operands.js';
import { PlanRefusal } from './plan-refusal.js';

export type Order = 'lt' | 'lte' | 'gt' | 'gte';

const FLIPPED: Readonly<Record<Order, Order>> = { lt: 'gt', lte: 'gte', gt: 'lt', gte: 'lte' };

/** What a comparison says in the rows that have its fields; in the others it fails. */
export function ofFields(comparison: Comparison, ...fields: readonly FieldOperand[]): Truth {
  return { yes: comparison, no: and(...fields.map(isThere), negate(comparison)) };
}

/** The rows that have a field. */
export function isThere({ name, required }: FieldOperand): Condition {
  return required || present(name);
}

/** `==`: values of different types are different, and nothing fails. */
export function equality(left: Operand, right: Operand): Truth {
  if (left.kind === 'field') {
    return right.kind === 'field' ? sameFields(left, right) : equalsValue(left, right.value);
  }
  if (right.kind === 'field') return equalsValue(right, left.value);
  throw new Error('two known values are for the engine to compare');
}

function sameFields(left: FieldOperand, right: FieldOperand): Truth {
  if (left.name === right.name) return always(true);
  if (!isSameType(left, right)) return always(false);
  if (left.set) throw new PlanRefusal('two sets of a row can not be compared');
  const { name: field, type } = left;
  return ofFields({ op: 'eqField', field, type, other: right.name }, left, right);
}

function equalsValue(field: FieldOperand, value: Value): Truth {
  if (!field.set) {
    const scalar = scalarOf(field, value);
    if (scalar === undefined) return always(false);
    return ofFields({ op: 'eq', field: field.name, type: field.type, value: scalar }, field);
  }
  if (!(value instanceof SetValue)) return always(false);
  if (value.size === 0) return ofFields({ op: 'empty', field: field.name }, field);
  const values = scalarsOf(field, value);
  if (values.length < value.size) return always(false);
  const set = { field: field.name, type: field.type, values };
  const yes: Condition = and({ op: 'hasAll', ...set }, { op: 'within', ...set });
  return { yes, no: and(isThere(field), negate(yes)) };
}

/** `<` and its like: of longs and of datetimes. Of everything else it fails. */
export function ordering(order: Order, left: Operand, right: Operand): Truth {
  return ordered(['long', 'datetime'], order, left, right);
}

/** The methods that compare decimals. */
export function decimalOrdering(order: Order, left: Operand, right: Operand): Truth {
  return ordered(['decimal'], order, left, right);
}

function ordered(
  types: readonly FieldType['type'][],
  order: Order,
  left: Operand,
  right: Operand,
): Truth {
  if (left.kind === 'value')
    return right.kind === 'value' ? FAILS : ordered(types, FLIPPED[order], right, left);
  const { name: field, type } = left;
  if (left.set || !types.includes(type)) return FAILS;
  if (right.kind === 'value') {
    const value = scalarOf(left, right.value);
    return value === undefined ? FAILS : ofFields({ op: order, field, type, value }, left);
  }
  if (!isSameType(left, right)) return FAILS;
  if (field === right.name) return always(order === 'lte' || order === 'gte');
  if (order === 'gt' || order === 'gte') return ordered(types, FLIPPED[order], right, left);
  const op = order === 'lt' ? 'ltField' : 'lteField';
  return ofFields({ op, field, type, other: right.name }, left, right);
}

export function isSameType(one: FieldType, other: FieldType): boolean {
  const isOneKind = one.type === other.type && Boolean(one.set) === Boolean(other.set);
  return isOneKind && one.entity === other.entity;
}

/** The members of a set that a set of this type could have too. */
export function scalarsOf(type: FieldType, set: Iterable<Value>): Scalar[] {
  return [...set].map((member) => scalarOf(type, member)).filter((one) => one !== undefined);
}

/** A value as a field of this type (or a member of it) holds it; undefined for what it can't hold. Throws `PlanRefusal` for what no answer can carry. */
export function scalarOf({ type, entity }: FieldType, value: Value): Scalar | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'long':
      if (typeof value === 'bigint') throw new PlanRefusal('an integer beyond 2^53 in it');
      return typeof value === 'number' ? value : undefined;
    case 'decimal':
      return value instanceof DecimalValue ? value.toString() : undefined;
    case 'datetime':
      return value instanceof DatetimeValue ? isoOf(value) : undefined;
    case 'entity':
      return value instanceof EntityValue && value.type === entity ? value.id : undefined;
  }
}

const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

function isoOf({ ms }: DatetimeValue): string {
  const isWritable = typeof ms === 'number' && ms >= FIRST_MS && ms <= LAST_MS;
  if (!isWritable) throw new PlanRefusal('a time outside of the years 1 to 9999 in it');
  return new Date(ms).toISOString();
}
