import type { Comparison, DataTable, Filter, JsonObject, Scalar } from '@sallyport/contracts';
import { complement } from '../complement.js';
import { fieldNames, isRequired, isSet, type NameOf } from './field-names.js';
import { simpleLike, whyNotPlainly } from './simple-like.js';

const WORDS = { startsWith: 'startswith', endsWith: 'endswith', contains: 'contains' } as const;

/**
 * A filter as UCAST: `compound` of and, or, not; `field` named `<table>.<column>`; `value: null` with eq and ne asks whether there is a value. `not` stands over
 * one field condition alone, and no compound is empty: interpreters take an empty one for everything.
 */
export function toUcast(filter: Filter, table: DataTable): JsonObject {
  return new UcastWriter(fieldNames('ucast', table), table).write(filter);
}

/** Why UCAST can't say a comparison. */
export function whyNotUcast(comparison: Comparison): string | undefined {
  const isOfSet = ['hasAll', 'hasAny', 'within', 'empty'].includes(comparison.op);
  return isOfSet ? 'UCAST has no sets' : whyNotPlainly(comparison, 'UCAST');
}

class UcastWriter {
  constructor(
    private readonly nameOf: NameOf,
    private readonly table: DataTable,
  ) {}

  write(filter: Filter): JsonObject {
    switch (filter.op) {
      case 'and':
      case 'or':
        return compound(
          filter.op,
          filter.args.map((arg) => this.write(arg)),
        );
      case 'not':
        return this.negated(filter.arg);
      default:
        return this.comparison(filter);
    }
  }

  private negated(comparison: Comparison): JsonObject {
    const { op, field } = comparison;
    if (op === 'present') return this.field('eq', field, null);
    const opposite = complement(comparison);
    const differs = opposite
      ? this.comparison(opposite)
      : compound('not', [this.comparison(comparison)]);
    return isRequired(this.table, field)
      ? differs
      : compound('or', [this.field('eq', field, null), differs]);
  }

  private comparison(comparison: Comparison): JsonObject {
    const { op, field } = comparison;
    switch (op) {
      case 'present':
        return isSet(this.table, field)
          ? compound('not', [this.field('eq', field, null)])
          : this.field('ne', field, null);
      case 'in':
        return this.field('in', field, comparison.values);
      case 'nin':
        return compound('not', [this.field('in', field, comparison.values)]);
      case 'like': {
        const simple = simpleLike(comparison.pieces);
        if (simple !== undefined) return this.field(WORDS[simple.kind], field, simple.text);
        break;
      }
      case 'eq':
      case 'ne':
      case 'lt':
      case 'lte':
      case 'gt':
      case 'gte':
        return this.field(op, field, comparison.value);
    }
    throw new Error(`${op} was to be refused`);
  }

  private field(
    operator: string,
    field: string,
    value: Scalar | null | readonly Scalar[],
  ): JsonObject {
    return { type: 'field', operator, field: this.nameOf(field), value };
  }
}

function compound(operator: 'and' | 'or' | 'not', value: readonly JsonObject[]): JsonObject {
  return { type: 'compound', operator, value };
}
