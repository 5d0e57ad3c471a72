import { type DataTable, type PlanTarget, RESOURCE_ID } from '@sallyport/contracts';
import { PlanRefusal } from '../plan-refusal.js';

/** The name of an attribute, or of the id, in a target's own words. */
export type NameOf = (attribute: string) => string;

/** Names come from the tenant's declaration alone, never from a request. Throws `PlanRefusal` for what has no column. */
export function fieldNames(target: PlanTarget, table: DataTable | undefined): NameOf {
  if (target === 'ast') return (attribute) => attribute;
  return (attribute) => {
    const column = columnOf(table, attribute);
    if (table === undefined || column === undefined)
      throw new PlanRefusal('the table has no such column', `resource.${attribute}`);
    if (target === 'prisma') return column.field ?? column.column;
    return target === 'ucast' ? `${tableName(table)}.${column.column}` : column.column;
  };
}

export function columnOf(table: DataTable | undefined, attribute: string) {
  if (attribute === RESOURCE_ID) return table?.id;
  return table !== undefined && Object.hasOwn(table.columns, attribute)
    ? table.columns[attribute]
    : undefined;
}

/** Whether it holds a set: Prisma has no `not` for lists. */
export function isSet(table: DataTable | undefined, attribute: string): boolean {
  return table?.columns[attribute]?.set ?? false;
}

/** Whether no row lacks it. */
export function isRequired(table: DataTable | undefined, attribute: string): boolean {
  if (attribute === RESOURCE_ID) return true;
  return table?.columns[attribute]?.required ?? false;
}

/** What a query calls a table: without its schema. */
export function tableName({ table }: DataTable): string {
  return table.slice(table.lastIndexOf('.') + 1);
}
