import { largeKinds, type LargeKind } from '../../../registers/partial/wanted.js';
import type { StoredFact } from '../../../registers/stored-fact.js';
import type { FactRow } from './fact-rows.js';
import { factTables } from './fact-tables.js';
import type { Snapshot } from './snapshot.js';

const PAGE_SIZE = 500;
const FETCH = `FETCH ${PAGE_SIZE} FROM pages`;

/** The kinds of which a tenant has more than `maxItems` facts. */
export async function readTooLarge(
  { tenantId, query }: Snapshot,
  maxItems: number,
): Promise<ReadonlySet<LargeKind>> {
  const tooLarge = new Set<LargeKind>();
  for (const kind of largeKinds) {
    const { table, current } = factTables[kind];
    const [row] = await query<{ more: boolean }>(
      `SELECT EXISTS (SELECT FROM ${table} WHERE tenant_id = $1 AND ${current} OFFSET $2) AS more`,
      [tenantId, maxItems],
    );
    if (row?.more) tooLarge.add(kind);
  }
  return tooLarge;
}

/** Every current fact of the tenant but its own row and those of a kind in `except`, page by page: memory holds two pages beside what the caller keeps. */
export async function readPages(
  { tenantId, query }: Snapshot,
  onPage: (facts: readonly StoredFact[]) => void,
  except: ReadonlySet<string> = new Set(),
): Promise<void> {
  for (const [kind, { table, columns, current, decode }] of Object.entries(factTables)) {
    if (except.has(kind)) continue;
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
