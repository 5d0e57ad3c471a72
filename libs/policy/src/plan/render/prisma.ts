import {
  type Comparison,
  type DataTable,
  type Filter,
  type Json,
  type JsonObject,
  RESOURCE_ID,
} from '@sallyport/contracts';
import { fieldNames, isRequired, isSet, type NameOf } from './field-names.js';
import { simpleLike, whyNotPlainly } from './simple-like.js';

/** A `where` that no row passes. Not `{ OR: [] }`: within an AND, Prisma 7 takes that for no condition at all. */
export function noRow(table: DataTable): JsonObject {
  return { [fieldNames('prisma', table)(RESOURCE_ID)]: { in: [] } };
}

/** A filter as Prisma's `where`. To be joined with another by `AND: [theirs, ours]`, never merged into it. */
export function toPrisma(filter: Filter, table: DataTable): JsonObject {
  return new WhereWriter(fieldNames('prisma', table), table).write(filter);
}

/** Why a `where` can't say a comparison. */
export function whyNotPrisma(comparison: Comparison): string | undefined {
  if (comparison.op === 'within') return 'Prisma can not say that a list has no other members';
  return whyNotPlainly(comparison, 'Prisma');
}

class WhereWriter {
  constructor(
    private readonly nameOf: NameOf,
    private readonly table: DataTable,
  ) {}

  write(filter: Filter): JsonObject {
    switch (filter.op) {
      case 'and':
        return { AND: filter.args.map((arg) => this.write(arg)) };
      case 'or':
        return { OR: filter.args.map((arg) => this.write(arg)) };
      case 'not':
        return this.negated(filter.arg);
      case 'present':
        return isSet(this.table, filter.field)
          ? { NOT: this.field(filter.field, { equals: null }) }
          : this.field(filter.field, { not: null });
      default:
        return this.field(filter.field, conditionOf(filter));
    }
  }

  /** `NOT` of a field without a value is unknown to the database, which drops the row: where there may be none, that is asked too. */
  private negated(comparison: Comparison): JsonObject {
    const { op, field } = comparison;
    if (op === 'present') return this.field(field, { equals: null });
    const differs = { NOT: this.field(field, conditionOf(comparison)) };
    return isRequired(this.table, field)
      ? differs
      : { OR: [this.field(field, { equals: null }), differs] };
  }

  private field(field: string, condition: Json): JsonObject {
    return { [this.nameOf(field)]: condition };
  }
}

function conditionOf(comparison: Comparison): JsonObject {
  switch (comparison.op) {
    case 'empty':
      return { isEmpty: true };
    case 'eq':
      return { equals: comparison.value };
    case 'ne':
      return { not: comparison.value };
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return { [comparison.op]: comparison.value };
    case 'in':
      return { in: comparison.values };
    case 'nin':
      return { notIn: comparison.values };
    case 'hasAll':
      return { hasEvery: comparison.values };
    case 'hasAny':
      return { hasSome: comparison.values };
    case 'like': {
      const simple = simpleLike(comparison.pieces);
      if (simple !== undefined) return { [simple.kind]: simple.text };
    }
  }
  throw new Error(`${comparison.op} was to be refused`);
}
