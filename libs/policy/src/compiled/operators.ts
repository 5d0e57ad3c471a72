import type { Run } from './environment.js';
import { PolicyFault } from './fault.js';
import { add, multiply, negate, subtract } from './long.js';
import { DatetimeValue, DurationValue } from './time.js';
import { isEqual, type Long, SetValue, typeError, type Value } from './value.js';

/** Cedar's operators on values; what is special about attributes and hierarchies is elsewhere. Both operands are evaluated before their types are looked at. */
export const BINARY: ReadonlyMap<string, (left: Value, right: Value) => Value> = new Map(
  Object.entries({
    '==': isEqual,
    '!=': (left, right) => !isEqual(left, right),
    '<': (left, right) => isOrdered(left, right, (a, b) => a < b),
    '<=': (left, right) => isOrdered(left, right, (a, b) => a <= b),
    '>': (left, right) => isOrdered(left, right, (a, b) => a > b),
    '>=': (left, right) => isOrdered(left, right, (a, b) => a >= b),
    '+': (left, right) => add(asLong(left), asLong(right)),
    '-': (left, right) => subtract(asLong(left), asLong(right)),
    '*': (left, right) => multiply(asLong(left), asLong(right)),
    contains: (left, right) => asSet(left).has(right),
    containsAll: (left, right) => asSet(left).hasAll(asSet(right)),
    containsAny: (left, right) => asSet(left).hasAny(asSet(right)),
  } satisfies Record<string, (left: Value, right: Value) => Value>),
);

export const UNARY: ReadonlyMap<string, (operand: Value) => Value> = new Map(
  Object.entries({
    '!': (operand) => !asBoolean(operand),
    neg: (operand) => negate(asLong(operand)),
    isEmpty: (operand) => asSet(operand).size === 0,
  } satisfies Record<string, (operand: Value) => Value>),
);

/** The right operand is evaluated, and its type looked at, only where the left one does not decide. */
export function and(left: Run, right: Run): Run {
  return (environment) => asBoolean(left(environment)) && asBoolean(right(environment));
}

export function or(left: Run, right: Run): Run {
  return (environment) => asBoolean(left(environment)) || asBoolean(right(environment));
}

export function choose(condition: Run, yes: Run, no: Run): Run {
  return (environment) => (asBoolean(condition(environment)) ? yes(environment) : no(environment));
}

export function asBoolean(value: Value): boolean {
  if (value === true || value === false) return value;
  throw new PolicyFault(typeError('a boolean', value));
}

export function asText(value: Value): string {
  if (typeof value === 'string') return value;
  throw new PolicyFault(typeError('a string', value));
}

function asLong(value: Value): Long {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  throw new PolicyFault(typeError('a long', value));
}

function asSet(value: Value): SetValue {
  if (value instanceof SetValue) return value;
  throw new PolicyFault(typeError('a set', value));
}

/** Longs with longs, datetimes with datetimes, durations with durations. There is no order of texts, and decimals have methods. */
function isOrdered(left: Value, right: Value, compare: (a: Long, b: Long) => boolean): boolean {
  if (left instanceof DatetimeValue && right instanceof DatetimeValue)
    return compare(left.ms, right.ms);
  if (left instanceof DurationValue && right instanceof DurationValue)
    return compare(left.ms, right.ms);
  return compare(asLong(left), asLong(right));
}
