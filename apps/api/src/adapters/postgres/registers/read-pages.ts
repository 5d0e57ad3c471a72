import type { StoredFact } from '../../../registers/stored-fact.js';
import type { FactRow } from './fact-rows.js';
import { factTables } from './fact-tables.js';
import type { Snapshot } from './snapshot.js';

const PAGE_SIZE = 500;
const FETCH = `FETCH ${PAGE_SIZE} FROM pages`;

/** Every current fact of the tenant but its own row, page by page: memory holds two pages beside what the caller keeps. */
export async function readPages(
  { tenantId, query }: Snapshot,
  onPage: (facts: readonly StoredFact[]) => void,
): Promise<void> {
  for (const { table, columns, current, decode } of Object.values(factTables)) {
    await query(
      `DECLARE pages NO SCROLL CURSOR FOR SELECT ${columns} FROM ${table} WHERE tenant_id = $1 AND ${current}`,
      [tenantId],
    );
    for (let next = query<FactRow>(FETCH), isLast = false; !isLast;) {
      const rows = await next;
      isLast = rows.length < PAGE_SIZE;
      // The database fetches the next page while this one is taken in.
      if (!isLast) next = query<FactRow>(FETCH);
      // Awaited later, if at all: taking in this page may throw first.
      next.catch(() => undefined);
      onPage(rows.map((row) => decode(tenantId, row)));
    }
    await query('CLOSE pages');
  }
}
