import {
  type Comparison,
  type DataTable,
  fieldsOf,
  type FieldType,
  type Filter,
  type Scalar,
  type SqlCondition,
} from '@sallyport/contracts';
import { complement } from '../complement.js';
import { fieldNames, isRequired, tableName } from './field-names.js';

const TYPES: Readonly<Record<FieldType['type'], string>> = {
  string: 'text',
  long: 'bigint',
  bool: 'boolean',
  datetime: 'timestamptz',
  decimal: 'numeric',
  entity: 'text',
};
const ORDERS = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;
const FIELDS = { eqField: '=', neField: '<>', ltField: '<', lteField: '<=' } as const;
const SETS = { hasAll: '@>', hasAny: '&&', within: '<@' } as const;

/** A condition that no row passes. */
export const NO_ROW_SQL: SqlCondition = { text: '1=0', params: [] };
export const EVERY_ROW_SQL: SqlCondition = { text: '1=1', params: [] };

/**
 * A filter as a boolean expression of PostgreSQL, true or not true exactly where the filter is; to be joined with others by AND. Values are parameters, from
 * `$<firstParameter>` on; identifiers are quoted and come from the table's declaration.
 */
export function toSql(filter: Filter, table: DataTable, firstParameter = 1): SqlCondition {
  const writer = new SqlWriter(table, firstParameter);
  const text = writer.write(filter);
  return { text, params: writer.params };
}

class SqlWriter {
  readonly params: (Scalar | readonly Scalar[])[] = [];
  private readonly columnOf: (attribute: string) => string;

  constructor(
    private readonly table: DataTable,
    private readonly firstParameter: number,
  ) {
    const nameOf = fieldNames('sql', table);
    const prefix = quoted(tableName(table));
    this.columnOf = (attribute) => `${prefix}.${quoted(nameOf(attribute))}`;
  }

  write(filter: Filter): string {
    switch (filter.op) {
      case 'and':
      case 'or':
        return `(${filter.args.map((arg) => this.write(arg)).join(filter.op === 'and' ? ' AND ' : ' OR ')})`;
      case 'not':
        return this.negated(filter.arg);
      default:
        return this.comparison(filter);
    }
  }

  /** True also where a field has no value: of NULL, SQL's own NOT would be unknown. */
  private negated(comparison: Comparison): string {
    const { op, field } = comparison;
    if (op === 'present') return `${this.columnOf(field)} IS NULL`;
    const nulls = fieldsOf(comparison)
      .filter((name) => !isRequired(this.table, name))
      .map((name) => `${this.columnOf(name)} IS NULL`);
    const opposite = complement(comparison);
    const differs = opposite ? this.comparison(opposite) : `NOT (${this.comparison(comparison)})`;
    return nulls.length === 0 ? differs : `(${[...nulls, differs].join(' OR ')})`;
  }

  private comparison(comparison: Comparison): string {
    const column = this.columnOf(comparison.field);
    switch (comparison.op) {
      case 'present':
        return `${column} IS NOT NULL`;
      case 'empty':
        return `cardinality(${column}) = 0`;
      case 'like':
        return `${column} LIKE ${this.param(pattern(comparison.pieces), 'text')} ESCAPE '\\'`;
      case 'in':
        return `${column} = ANY(${this.list(comparison)})`;
      case 'nin':
        return `${column} <> ALL(${this.list(comparison)})`;
      case 'hasAll':
      case 'hasAny':
      case 'within':
        return `${column} ${SETS[comparison.op]} ${this.list(comparison)}`;
      case 'eqField':
      case 'neField':
      case 'ltField':
      case 'lteField':
        return `${column} ${FIELDS[comparison.op]} ${this.columnOf(comparison.other)}`;
      default:
        return `${column} ${ORDERS[comparison.op]} ${this.param(comparison.value, TYPES[comparison.type])}`;
    }
  }

  private list({
    values,
    type,
  }: {
    readonly values: readonly Scalar[];
    readonly type: FieldType['type'];
  }): string {
    return this.param(values, `${TYPES[type]}[]`);
  }

  private param(value: Scalar | readonly Scalar[], type: string): string {
    this.params.push(value);
    return `$${String(this.firstParameter + this.params.length - 1)}::${type}`;
  }
}

/** For LIKE with `\` as its escape. */
function pattern(pieces: readonly string[]): string {
  return pieces.map((piece) => piece.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)).join('%');
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
