import type { StoredFact } from '../../../registers/stored-fact.js';
import type { FactRow } from './fact-rows.js';
import { factTables, isRowKind, type FactTable, type RowKind } from './fact-tables.js';
import type { Snapshot } from './snapshot.js';

/** What the feed says of one change; `key` is the JSON array of the row's key columns. */
export interface ChangedKey {
  readonly kind: string;
  readonly key: string;
}

/** Rows per statement: what waits for the event loop has its turn between two of them. */
const CHUNK = 1_000;

/** The named rows as they are now; a row that is gone comes back without a value. */
export async function readChanged(
  snapshot: Snapshot,
  changed: readonly ChangedKey[],
): Promise<StoredFact[]> {
  const byKind = new Map<string, string[]>();
  for (const { kind, key } of changed) {
    const keys = byKind.get(kind);
    if (keys) keys.push(key);
    else byKind.set(kind, [key]);
  }
  const facts: StoredFact[] = [];
  for (const [kind, keys] of byKind)
    for (let at = 0; at < keys.length; at += CHUNK) {
      const chunk = keys.slice(at, at + CHUNK).map((key) => JSON.parse(key) as string[]);
      for (const fact of await readChunk(snapshot, kind, chunk)) facts.push(fact);
    }
  return facts;
}

async function readChunk(
  snapshot: Snapshot,
  kind: string,
  keys: readonly (readonly string[])[],
): Promise<readonly StoredFact[]> {
  if (kind === 'artifact') return keys.map(([id = '']) => ({ kind, key: [id] }));
  if (!isRowKind(kind)) return [];
  return kind === 'policy' ? readPromoted(snapshot, keys) : readRows(snapshot, kind, keys);
}

async function readRows(
  { tenantId, query }: Snapshot,
  kind: RowKind,
  keys: readonly (readonly string[])[],
): Promise<StoredFact[]> {
  const table = factTables[kind];
  const columns = table.keys.map((_, at) => keys.map((key) => key[at] ?? ''));
  const rows = await query<FactRow>(selectByKey(table), [tenantId, ...columns]);
  const facts = rows.map((row) => table.decode(tenantId, row));
  const found = new Set(facts.map(({ key }) => JSON.stringify(key)));
  const gone = keys.filter((key) => !found.has(JSON.stringify(key)));
  return [...facts, ...gone.map((key) => ({ kind, key }) as StoredFact)];
}

/** A promotion touches two versions; the fact is which one is promoted now. */
async function readPromoted(
  { tenantId, query }: Snapshot,
  keys: readonly (readonly string[])[],
): Promise<StoredFact[]> {
  const { table, columns, current, decode } = factTables.policy;
  const text = `SELECT ${columns} FROM ${table} WHERE tenant_id = $1 AND ${current}`;
  const [row] = await query<FactRow>(text, [tenantId]);
  return [row ? decode(tenantId, row) : { kind: 'policy', key: [keys[0]?.[0] ?? ''] }];
}

function selectByKey({ table, columns, keys, current }: FactTable): string {
  const unnested = keys.map((_, at) => `$${at + 2}::text[]`).join(', ');
  const names = keys.join(', ');
  return `SELECT ${columns} FROM ${table}
    WHERE tenant_id = $1 AND ${current}
      AND (${names}) IN (SELECT * FROM unnest(${unnested}) AS changed (${names}))`;
}
