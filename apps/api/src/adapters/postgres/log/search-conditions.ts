import type { EntryFilter, EntryQuery } from '../../../evidence/entry-index.ports.js';
import { indexedText } from '../../../evidence/json-members.js';

/** The WHERE clause of one query: conditions joined by AND, every value a parameter. */
export class Conditions {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = [];

  constructor(tenantId: string) {
    this.add(`tenant_id = ${this.value(tenantId)}`);
  }

  /** Adds a parameter; returns its placeholder. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${String(this.values.length)}`;
  }

  add(condition: string): void {
    this.conditions.push(condition);
  }

  sql(): string {
    return `WHERE ${this.conditions.join(' AND ')}`;
  }
}

/** Columns that a filter member compares with, where that is all it does. */
const EQUALS = {
  type: 'type',
  subject: 'subject_id',
  action: 'action',
  resourceType: 'resource_type',
  resourceId: 'resource_id',
  pep: 'pep',
  policyVersion: 'policy_version',
} as const;

/** Columns in which `text` is looked for. */
const SEARCHED = ['id', 'actor', 'subject_id', 'action', 'resource_id'];

export function conditionsOf(
  tenantId: string,
  { filter, scope, before, from }: Pick<EntryQuery, 'filter' | 'scope' | 'before' | 'from'>,
): Conditions {
  const where = new Conditions(tenantId);
  for (const [member, column] of Object.entries(EQUALS)) {
    const wanted = filter[member as keyof typeof EQUALS];
    if (wanted !== undefined) where.add(`${column} = ${where.value(indexedText(wanted))}`);
  }
  addListed(where, filter);
  addTimes(where, filter);
  if (filter.text !== undefined) addText(where, filter.text);
  if (scope !== 'everything') {
    where.add(`subject_type = ${where.value(indexedText(scope.type))}`);
    where.add(`subject_id = ${where.value(indexedText(scope.id))}`);
  }
  if (before !== undefined) where.add(`entry_index < ${where.value(before)}::bigint`);
  if (from !== undefined) where.add(`entry_index >= ${where.value(from)}::bigint`);
  return where;
}

function addListed(where: Conditions, { decision, reason, grantId, requestId }: EntryFilter): void {
  if (decision !== undefined) where.add(`decision = ${where.value(decision)}`);
  if (reason !== undefined) where.add(`reasons @> ARRAY[${where.value(indexedText(reason))}]`);
  for (const link of [grantId, requestId]) {
    if (link !== undefined) where.add(`links @> ARRAY[${where.value(indexedText(link))}]`);
  }
}

function addTimes(where: Conditions, { from, to }: EntryFilter): void {
  if (from) where.add(`time >= ${where.value(from)}::timestamptz`);
  if (to) where.add(`time < ${where.value(to)}::timestamptz`);
}

function addText(where: Conditions, text: string): void {
  const part = where.value(indexedText(text));
  const found = SEARCHED.map((column) => `strpos(lower(${column}), lower(${part})) > 0`);
  where.add(`(${[...found, `links @> ARRAY[${part}]`].join(' OR ')})`);
}
