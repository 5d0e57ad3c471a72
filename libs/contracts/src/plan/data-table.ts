import type { FieldType } from './filter.js';

/** Where a data layer keeps the resources of one type, as `peps.yaml` declares it: the only names that a plan ever gives back. */
export interface DataTable {
  /** With its schema where it needs one: `clinic.records`. */
  readonly table: string;
  /** The column that holds the resource's id, a text. */
  readonly id: DataName;
  /** By attribute. An attribute that is not here can't be asked of a row. */
  readonly columns: Readonly<Record<string, DataColumn>>;
}

export interface DataName {
  readonly column: string;
  /** The model's name for it in Prisma, where that is another. */
  readonly field?: string;
}

export interface DataColumn extends FieldType, DataName {
  /** Never NULL. */
  readonly required: boolean;
}
