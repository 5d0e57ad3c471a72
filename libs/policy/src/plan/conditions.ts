import { type Comparison, type Connective, type Filter, isConnective } from '@sallyport/contracts';
import { withoutImplied } from './implied.js';

/** A filter, or what all rows or none pass. */
export type Condition = boolean | Filter;

/** A filter grew beyond what a database should be asked. */
export class FilterTooLarge {
  readonly message = `the filter has more than ${String(MAX_COMPARISONS)} comparisons`;
}

const MAX_COMPARISONS = 2_000;

/** Throws `FilterTooLarge`. */
export function and(...parts: readonly Condition[]): Condition {
  return joined('and', parts);
}

/** Throws `FilterTooLarge`. */
export function or(...parts: readonly Condition[]): Condition {
  return joined('or', parts);
}

/** Exact, for no comparison is ever unknown: of an absent field each is false, and its negation true. */
export function negate(condition: Condition): Condition {
  if (typeof condition === 'boolean') return !condition;
  switch (condition.op) {
    case 'and':
      return or(...condition.args.map(negate));
    case 'or':
      return and(...condition.args.map(negate));
    default:
      return opposite(condition);
  }
}

/** Whether two conditions are the same one; false where that would take more than a look. */
export function isSame(one: Condition, other: Condition): boolean {
  if (typeof one === 'boolean' || typeof other === 'boolean') return one === other;
  return keyOf(one) === keyOf(other);
}

export function present(field: string): Comparison {
  return { op: 'present', field };
}

/** The comparisons that a filter is made of. */
export function* comparisonsOf(filter: Filter): Generator<Comparison> {
  if (isConnective(filter)) for (const arg of filter.args) yield* comparisonsOf(arg);
  else yield filter.op === 'not' ? filter.arg : filter;
}

function joined(op: 'and' | 'or', parts: readonly Condition[]): Condition {
  const decisive = op === 'or';
  const kept = new Map<string, Filter>();
  for (const part of parts.flatMap((one) => flat(op, one))) {
    if (part === decisive) return decisive;
    if (typeof part !== 'boolean') kept.set(keyOf(part), part);
  }
  const left = withoutImplied(op, [...kept.values()]);
  if (left === 'decided') return decisive;
  const reduced = left.map((arg) => withoutRefuted(arg, kept));
  if (reduced.some((arg, at) => arg !== left[at])) return joined(op, reduced);
  const [only, ...others] = left;
  if (only === undefined) return !decisive;
  return others.length === 0
    ? only
    : bounded({ op, args: left.filter((arg) => !isAbsorbed(op, arg, kept)) });
}

function bounded(whole: Connective): Filter {
  const [only, ...others] = whole.args;
  if (only !== undefined && others.length === 0) return only;
  if (sizeOf(whole) > MAX_COMPARISONS) throw new FilterTooLarge();
  return whole;
}

function flat(op: 'and' | 'or', part: Condition): readonly Condition[] {
  return typeof part !== 'boolean' && part.op === op ? part.args : [part];
}

/** `a and (not a or b)` is `a and b`. */
function withoutRefuted(arg: Filter, kept: ReadonlyMap<string, Filter>): Condition {
  if (!isConnective(arg)) return arg;
  const inner = arg.args.filter((one) => isConnective(one) || !kept.has(keyOf(opposite(one))));
  return inner.length === arg.args.length ? arg : joined(arg.op, inner);
}

/** `a and (a or b)` is `a`. */
function isAbsorbed(op: 'and' | 'or', arg: Filter, kept: ReadonlyMap<string, Filter>): boolean {
  return isConnective(arg) && arg.op !== op && arg.args.some((inner) => kept.has(keyOf(inner)));
}

function opposite(literal: Exclude<Filter, Connective>): Filter {
  return literal.op === 'not' ? literal.arg : { op: 'not', arg: literal };
}

// Conditions share parts: each is measured and named once.
const sizes = new WeakMap<Filter, number>();
const keys = new WeakMap<Filter, string>();

function sizeOf(filter: Filter): number {
  if (!isConnective(filter)) return 1;
  const size = sizes.get(filter) ?? filter.args.reduce((sum, arg) => sum + sizeOf(arg), 0);
  sizes.set(filter, size);
  return size;
}

function keyOf(filter: Filter): string {
  const known = keys.get(filter) ?? JSON.stringify(filter);
  keys.set(filter, known);
  return known;
}
