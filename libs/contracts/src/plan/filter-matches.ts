import type {
  Comparison,
  FieldComparison,
  Filter,
  ListComparison,
  SetComparison,
  ValueComparison,
} from './filter.js';
import { textMatcher } from './text-matcher.js';

/** A field of a row as a database client gives it: `Date` for a datetime, any object with a telling `toString` for a decimal. NULL is absent. */
export type FieldValue = unknown;
export type ReadField = (name: string) => FieldValue;

/** Whether a row passes a filter: what a filter means, for every renderer to be held against. */
export function filterMatches(filter: Filter, read: ReadField): boolean {
  switch (filter.op) {
    case 'and':
      return filter.args.every((arg) => filterMatches(arg, read));
    case 'or':
      return filter.args.some((arg) => filterMatches(arg, read));
    case 'not':
      return !compares(filter.arg, read);
    default:
      return compares(filter, read);
  }
}

function compares(comparison: Comparison, read: ReadField): boolean {
  const value = read(comparison.field);
  if (value === undefined || value === null) return false;
  switch (comparison.op) {
    case 'present':
      return true;
    case 'empty':
      return Array.isArray(value) && value.length === 0;
    case 'like':
      return typeof value === 'string' && textMatcher(comparison.pieces)(value);
    case 'in':
    case 'nin':
      return isListed(comparison, value);
    case 'hasAll':
    case 'hasAny':
    case 'within':
      return Array.isArray(value) && isSetSo(comparison, value);
    case 'eqField':
    case 'neField':
    case 'ltField':
    case 'lteField':
      return isFieldSo(comparison, value, read(comparison.other));
    default:
      return isValueSo(comparison, value);
  }
}

function isValueSo({ op, type, value }: ValueComparison, given: FieldValue): boolean {
  return isOrderSo(op, order(comparable(type, given), comparable(type, value)));
}

function isFieldSo({ op, type }: FieldComparison, left: FieldValue, right: FieldValue): boolean {
  if (right === undefined || right === null) return false;
  const between = order(comparable(type, left), comparable(type, right));
  return isOrderSo(op.slice(0, -'Field'.length) as ValueComparison['op'], between);
}

function isOrderSo(op: ValueComparison['op'], order: number | undefined): boolean {
  if (order === undefined) return false;
  switch (op) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
  }
}

function isListed({ op, type, values }: ListComparison, given: FieldValue): boolean {
  const value = comparable(type, given);
  if (value === undefined) return false;
  const isIn = values.some((one) => comparable(type, one) === value);
  return isIn === (op === 'in');
}

function isSetSo({ op, type, values }: SetComparison, given: readonly unknown[]): boolean {
  const members = new Set(given.map((member) => comparable(type, member)));
  const wanted = new Set(values.map((value) => comparable(type, value)));
  if (op === 'within') return [...members].every((member) => wanted.has(member));
  const all = [...wanted];
  return op === 'hasAll'
    ? all.every((value) => members.has(value))
    : all.some((value) => members.has(value));
}

type Comparable = string | bigint | boolean;

function order(left: Comparable | undefined, right: Comparable | undefined): number | undefined {
  if (left === undefined || right === undefined || typeof left !== typeof right) return undefined;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Undefined for what is no value of the type: it compares with nothing. */
function comparable(type: ValueComparison['type'], value: FieldValue): Comparable | undefined {
  switch (type) {
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'long':
      return integer(value);
    case 'datetime':
      return milliseconds(value);
    case 'decimal':
      return tenThousandths(String(value));
    default:
      return typeof value === 'string' ? value : undefined;
  }
}

function integer(value: FieldValue): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : undefined;
}

function milliseconds(value: FieldValue): bigint | undefined {
  const ms = value instanceof Date ? value.getTime() : Date.parse(String(value));
  return Number.isNaN(ms) ? undefined : BigInt(ms);
}

function tenThousandths(text: string): bigint | undefined {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,4})0*)?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const units = BigInt(whole + fraction.padEnd(4, '0'));
  return sign === '-' ? -units : units;
}
