import {
  EntryIndex,
  type EntryQuery,
  type EntryScope,
} from '../../../evidence/entry-index.ports.js';
import type { EntryRecord } from '../../../evidence/entry-record.js';
import { indexedText } from '../../../evidence/json-members.js';
import type { Database } from '../database.js';
import { COLUMNS, type RecordRow, recordOfRow } from './record-rows.js';
import { Conditions, conditionsOf } from './search-conditions.js';

/** Search over `log_records`. */
export class PostgresEntryIndex extends EntryIndex {
  constructor(private readonly database: Database) {
    super();
  }

  override async search(tenantId: string, query: EntryQuery): Promise<EntryRecord[]> {
    const where = conditionsOf(tenantId, query);
    return this.select(
      tenantId,
      where,
      `ORDER BY entry_index DESC LIMIT ${where.value(query.limit)}`,
    );
  }

  override async count(
    tenantId: string,
    query: Pick<EntryQuery, 'filter' | 'scope' | 'before'>,
    atMost: number,
  ): Promise<number> {
    const where = conditionsOf(tenantId, query);
    const limit = where.value(atMost);
    const rows = await this.query<{ count: bigint }>(
      tenantId,
      where,
      `SELECT count(*) AS count FROM (SELECT 1 FROM log_records ${where.sql()} LIMIT ${limit}) found`,
    );
    return Number(rows[0]?.count ?? 0);
  }

  override async indexes(tenantId: string, query: EntryQuery): Promise<number[]> {
    const where = conditionsOf(tenantId, query);
    const limit = where.value(query.limit);
    const rows = await this.query<{ entry_index: bigint }>(
      tenantId,
      where,
      `SELECT entry_index FROM log_records ${where.sql()} ORDER BY entry_index LIMIT ${limit}`,
    );
    return rows.map(({ entry_index }) => Number(entry_index));
  }

  override async find(
    tenantId: string,
    id: string,
    scope: EntryScope,
  ): Promise<EntryRecord | undefined> {
    const where = conditionsOf(tenantId, { filter: {}, scope });
    where.add(`id = ${where.value(indexedText(id))}`);
    const [record] = await this.select(tenantId, where, 'ORDER BY entry_index LIMIT 1');
    return record;
  }

  override async linked(
    tenantId: string,
    links: readonly string[],
    around: number,
    limit: number,
  ): Promise<EntryRecord[]> {
    if (links.length === 0) return [];
    const where = new Conditions(tenantId);
    where.add(`links && ${where.value(links)}::text[]`);
    return this.nearest(tenantId, where, around, limit);
  }

  override async sameQuestion(
    tenantId: string,
    { index, subject, action, resource }: EntryRecord,
    limit: number,
  ): Promise<EntryRecord[]> {
    if (!subject || action === undefined || !resource) return [];
    const filter = {
      type: 'decision',
      subject: subject.id,
      action,
      resourceType: resource.type,
      resourceId: resource.id,
    };
    return this.nearest(tenantId, conditionsOf(tenantId, { filter, scope: subject }), index, limit);
  }

  /** Half of the limit from either side, so that both sides can use the index. */
  private async nearest(
    tenantId: string,
    where: Conditions,
    around: number,
    limit: number,
  ): Promise<EntryRecord[]> {
    const half = where.value(Math.ceil(limit / 2));
    const place = where.value(around);
    const side = (comparison: string, order: string) =>
      `(SELECT ${COLUMNS} FROM log_records ${where.sql()} AND entry_index ${comparison} ${place}::bigint
        ORDER BY entry_index ${order} LIMIT ${half})`;
    const rows = await this.query<RecordRow>(
      tenantId,
      where,
      `${side('<', 'DESC')} UNION ALL ${side('>', 'ASC')}`,
    );
    return rows.map(recordOfRow);
  }

  private async select(tenantId: string, where: Conditions, rest: string): Promise<EntryRecord[]> {
    const rows = await this.query<RecordRow>(
      tenantId,
      where,
      `SELECT ${COLUMNS} FROM log_records ${where.sql()} ${rest}`,
    );
    return rows.map(recordOfRow);
  }

  private query<Row extends object>(
    tenantId: string,
    where: Conditions,
    text: string,
  ): Promise<Row[]> {
    return this.database.rawTx(tenantId, (tx) => tx.query<Row>(text, where.values));
  }
}
