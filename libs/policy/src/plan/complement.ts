import type { Comparison } from '@sallyport/contracts';

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

/** The comparison that is true of fields that are there where the given one is not; undefined where there is none. */
export function complement(comparison: Comparison): Comparison | undefined {
  switch (comparison.op) {
    case 'eqField':
      return { ...comparison, op: 'neField' };
    case 'neField':
      return { ...comparison, op: 'eqField' };
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
