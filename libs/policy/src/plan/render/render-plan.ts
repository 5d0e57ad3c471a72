import type {
  Comparison,
  DataTable,
  FieldMask,
  FieldMasks,
  Filter,
  PlanAnswer,
  PlanTarget,
} from '@sallyport/contracts';
import type { PolicyPlan } from '../plan-question.js';
import { PlanRefusal } from '../plan-refusal.js';
import { fieldNames, type NameOf } from './field-names.js';
import { noRow, toPrisma, whyNotPrisma } from './prisma.js';
import { EVERY_ROW_SQL, NO_ROW_SQL, toSql } from './sql.js';
import { toUcast, whyNotUcast } from './ucast.js';

/** For whom a plan is written. */
export interface PlanReader {
  readonly target: PlanTarget;
  readonly table: DataTable | undefined;
  /** Number of the first parameter of SQL. */
  readonly firstParameter?: number | undefined;
}

type Rendered = Pick<PlanAnswer, 'kind' | 'filter' | 'masks'>;

/** What of a plan goes to its reader. Throws `PlanRefusal` for a mask of what the reader has no column for. */
export function renderPlan({ kind, filter, masks }: PolicyPlan, reader: PlanReader): Rendered {
  const nameOf = fieldNames(reader.target, reader.table);
  const written = filterOf(kind, filter, reader);
  const fields = Object.entries(masks).map(([field, mask]) => [nameOf(field), named(mask, nameOf)]);
  return {
    kind,
    ...(written === undefined ? {} : { filter: written }),
    ...(fields.length === 0 ? {} : { masks: Object.fromEntries(fields) as FieldMasks }),
  };
}

/** Why a target can't say a comparison; texts that no database column holds included. */
export function whyNotFor(target: PlanTarget): (comparison: Comparison) => string | undefined {
  const whyNot = target === 'ucast' ? whyNotUcast : target === 'prisma' ? whyNotPrisma : undefined;
  return (comparison) => {
    if (target !== 'ast' && JSON.stringify(comparison).includes('\\u0000'))
      return 'no column holds the character U+0000';
    return whyNot?.(comparison);
  };
}

function filterOf(
  kind: PolicyPlan['kind'],
  filter: Filter | undefined,
  { target, table, firstParameter }: PlanReader,
): Rendered['filter'] {
  if (target === 'sql' && filter === undefined)
    return kind === 'always_allowed' ? EVERY_ROW_SQL : NO_ROW_SQL;
  if (target === 'prisma' && filter === undefined)
    return kind === 'always_allowed' ? {} : table && noRow(table);
  if (filter === undefined || target === 'ast') return filter;
  if (table === undefined) throw new PlanRefusal('no table is declared for this type of resource');
  switch (target) {
    case 'sql':
      return toSql(filter, table, firstParameter);
    case 'prisma':
      return toPrisma(filter, table);
    case 'ucast':
      return toUcast(filter, table);
  }
}

function named(mask: FieldMask, nameOf: NameOf): FieldMask {
  return mask.when === undefined ? mask : { ...mask, when: withNames(mask.when, nameOf) };
}

function withNames(filter: Filter, nameOf: NameOf): Filter {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { ...filter, args: filter.args.map((arg) => withNames(arg, nameOf)) };
    case 'not':
      return { op: 'not', arg: comparisonWithNames(filter.arg, nameOf) };
    default:
      return comparisonWithNames(filter, nameOf);
  }
}

function comparisonWithNames<C extends Comparison>(comparison: C, nameOf: NameOf): C {
  const field = nameOf(comparison.field);
  return 'other' in comparison
    ? { ...comparison, field, other: nameOf(comparison.other) }
    : { ...comparison, field };
}
