import { type Comparison, fieldsOf, type Filter } from '@sallyport/contracts';
import { complement } from './complement.js';

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

function isPositive(filter: Filter): filter is Comparison {
  return filter.op !== 'and' && filter.op !== 'or' && filter.op !== 'not';
}
