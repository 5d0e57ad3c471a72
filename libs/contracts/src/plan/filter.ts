/** The name under which a filter mentions the resource itself: its id. No attribute that a table declares is called so. */
export const RESOURCE_ID = '$id';

/** What a field of a row holds, in Cedar's words. `entity` is the type of the entities that the field names by their ids. */
export interface FieldType {
  readonly type: 'string' | 'long' | 'bool' | 'datetime' | 'decimal' | 'entity';
  readonly entity?: string;
  /** A set of such values. */
  readonly set?: boolean;
}

/** A datetime is ISO 8601 in UTC with milliseconds, a decimal a text such as `1.2500`, an entity its id. */
export type Scalar = string | number | boolean;

/**
 * A test of one row. Every comparison is true or false, never unknown: of a field that the row does not have each one is false, `present` included, and its `not`
 * is true. `not` stands right above a comparison and nowhere else, so nobody who renders a filter has to negate a condition in which NULL could hide.
 */
export type Filter = Comparison | Negation | Connective;

export interface Connective {
  readonly op: 'and' | 'or';
  /** At least two. */
  readonly args: readonly Filter[];
}

export interface Negation {
  readonly op: 'not';
  readonly arg: Comparison;
}

export type Comparison =
  Presence | ValueComparison | FieldComparison | ListComparison | LikeComparison | SetComparison;

/** `present`: the row has the field. `empty`: it has it, and it is a set without members. */
export interface Presence {
  readonly op: 'present' | 'empty';
  readonly field: string;
}

export interface ValueComparison {
  readonly op: 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';
  readonly field: string;
  readonly type: FieldType['type'];
  readonly value: Scalar;
}

/** Two fields of the same row, both of one type. */
export interface FieldComparison {
  readonly op: 'eqField' | 'neField' | 'ltField' | 'lteField';
  readonly field: string;
  readonly type: FieldType['type'];
  readonly other: string;
}

export interface ListComparison {
  readonly op: 'in' | 'nin';
  readonly field: string;
  readonly type: FieldType['type'];
  /** At least one. */
  readonly values: readonly Scalar[];
}

/** `pieces` are the texts between wildcards: `["a", "b"]` is `a*b`. Case counts. */
export interface LikeComparison {
  readonly op: 'like';
  readonly field: string;
  /** At least two. */
  readonly pieces: readonly string[];
}

/** What a set has to do with values: has all of them, has any, has no others. */
export interface SetComparison {
  readonly op: 'hasAll' | 'hasAny' | 'within';
  readonly field: string;
  readonly type: FieldType['type'];
  readonly values: readonly Scalar[];
}

export function isConnective(filter: Filter): filter is Connective {
  return filter.op === 'and' || filter.op === 'or';
}

/** The fields that a comparison looks at. */
export function fieldsOf(comparison: Comparison): string[] {
  return 'other' in comparison ? [comparison.field, comparison.other] : [comparison.field];
}
