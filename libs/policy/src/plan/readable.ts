import type { Comparison, Filter } from '@sallyport/contracts';

const COMPLEMENTS = {
  eq: 'ne',
  ne: 'eq',
  lt: 'gte',
  gte: 'lt',
  lte: 'gt',
  gt: 'lte',
  in: 'nin',
  nin: 'in',
} as const;

/** The same filter with comparisons in the place of `present and not …`: `ne`, `nin`, and the order turned round. */
export function readable(filter: Filter): Filter {
  if (filter.op === 'or') return { op: 'or', args: filter.args.map(readable) };
  if (filter.op !== 'and') return filter;
  const args = filter.args.map((arg) => turned(arg, filter.args) ?? readable(arg));
  const telling = args.filter(isPositive).filter(({ op }) => op !== 'present');
  const compared = new Set(telling.flatMap(fieldsOf));
  const [only, ...others] = args.filter(
    (arg) => !(arg.op === 'present' && compared.has(arg.field)),
  );
  return only !== undefined && others.length === 0
    ? only
    : { op: 'and', args: only === undefined ? args : [only, ...others] };
}

function turned(arg: Filter, beside: readonly Filter[]): Comparison | undefined {
  if (arg.op !== 'not') return undefined;
  const isThere = (field: string) =>
    beside.some((one) => isPositive(one) && fieldsOf(one).includes(field));
  return fieldsOf(arg.arg).every(isThere) ? complement(arg.arg) : undefined;
}

function complement(comparison: Comparison): Comparison | undefined {
  switch (comparison.op) {
    case 'eqField':
      return { ...comparison, op: 'neField' };
    case 'ltField':
      return { ...comparison, op: 'lteField', field: comparison.other, other: comparison.field };
    case 'lteField':
      return { ...comparison, op: 'ltField', field: comparison.other, other: comparison.field };
    case 'in':
    case 'nin':
      return { ...comparison, op: COMPLEMENTS[comparison.op] };
    case 'eq':
    case 'ne':
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return { ...comparison, op: COMPLEMENTS[comparison.op] };
    default:
      return undefined;
  }
}

function isPositive(filter: Filter): filter is Comparison {
  return filter.op !== 'and' && filter.op !== 'or' && filter.op !== 'not';
}

function fieldsOf(comparison: Comparison): string[] {
  return 'other' in comparison ? [comparison.field, comparison.other] : [comparison.field];
}
