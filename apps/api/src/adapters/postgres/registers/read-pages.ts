import type { StoredFact } from '../../../registers/stored-fact.js';
import type { FactRow } from './fact-rows.js';
import { factTables } from './fact-tables.js';
import type { Snapshot } from './snapshot.js';

const PAGE_SIZE = 500;

/** Every current fact of the tenant but its own row, page by page: memory holds one page beside what the caller keeps. */
export async function readPages(
  { tenantId, query }: Snapshot,
  onPage: (facts: readonly StoredFact[]) => void,
): Promise<void> {
  for (const { table, columns, current, decode } of Object.values(factTables)) {
    await query(
      `DECLARE pages NO SCROLL CURSOR FOR SELECT ${columns} FROM ${table} WHERE tenant_id = $1 AND ${current}`,
      [tenantId],
    );
    for (let isLast = false; !isLast;) {
      const rows = await query<FactRow>(`FETCH ${PAGE_SIZE} FROM pages`);
      onPage(rows.map((row) => decode(tenantId, row)));
      isLast = rows.length < PAGE_SIZE;
    }
    await query('CLOSE pages');
  }
}
