import type { EntityRef } from '@sallyport/contracts';
import { refKey } from '@sallyport/policy';
import type { LargeKind, Wanted } from '../../../registers/partial/wanted.js';
import type { StoredFact } from '../../../registers/stored-fact.js';
import type { FactRow } from './fact-rows.js';
import { factTables } from './fact-tables.js';
import type { Snapshot } from './snapshot.js';

/** Rows by a column that an index leads to. */
const CONDITIONS = {
  device: ['device', 'id = ANY ($2)'],
  'devices-of': ['device', 'owner = ANY ($2)'],
  'consents-of': ['consent', 'patient = ANY ($2)'],
  'grants-of': [
    'grant',
    '(subject_type, subject_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))',
  ],
  'place-of': ['place', 'subject = ANY ($2)'],
} as const satisfies Record<Exclude<Wanted['part'], 'entity'>, readonly [LargeKind, string]>;

/** The wanted parts, each whole; of an entity also everything above it. */
export async function readWanted(
  snapshot: Snapshot,
  wanted: readonly Wanted[],
): Promise<StoredFact[]> {
  const parts = new Map<Wanted['part'], Wanted[]>();
  for (const one of wanted) {
    const same = parts.get(one.part);
    if (same) same.push(one);
    else parts.set(one.part, [one]);
  }
  const facts: StoredFact[] = [];
  for (const [part, same] of parts) {
    const found =
      part === 'entity'
        ? await readEntities(snapshot, same)
        : await readLists(snapshot, part, same);
    for (const fact of found) facts.push(fact);
  }
  return facts;
}

async function readLists(
  { tenantId, query }: Snapshot,
  part: keyof typeof CONDITIONS,
  wanted: readonly Wanted[],
): Promise<StoredFact[]> {
  const [kind, condition] = CONDITIONS[part];
  const { table, columns, current, decode } = factTables[kind];
  const rows = await query<FactRow>(
    `SELECT ${columns} FROM ${table} WHERE tenant_id = $1 AND ${current} AND ${condition}`,
    [tenantId, ...valuesOf(part, wanted)],
  );
  return rows.map((row) => decode(tenantId, row));
}

function valuesOf(part: keyof typeof CONDITIONS, wanted: readonly Wanted[]): string[][] {
  const refs = wanted.flatMap((one) => ('ref' in one ? one.ref : []));
  if (part === 'grants-of') return columnsOf(refs);
  if (part === 'place-of') return [refs.map(refKey)];
  return [wanted.flatMap((one) => ('id' in one ? one.id : []))];
}

async function readEntities(
  { tenantId, query }: Snapshot,
  wanted: readonly Wanted[],
): Promise<StoredFact[]> {
  const refs = wanted.flatMap((one) => ('ref' in one ? one.ref : []));
  const rows = await query<FactRow>(READ_UPWARDS, [tenantId, ...columnsOf(refs)]);
  return rows.map((row) => factTables.entity.decode(tenantId, row));
}

function columnsOf(refs: readonly EntityRef[]): string[][] {
  return [refs.map(({ type }) => type), refs.map(({ id }) => id)];
}

const READ_UPWARDS = `
  WITH RECURSIVE upwards AS (
    SELECT type, id, attrs, parents FROM entities
    WHERE tenant_id = $1 AND (type, id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
    UNION
    SELECT above.type, above.id, above.attrs, above.parents
    FROM upwards, jsonb_to_recordset(upwards.parents) AS parent (type text, id text)
    JOIN entities AS above ON above.tenant_id = $1 AND above.type = parent.type AND above.id = parent.id
  )
  SELECT ${factTables.entity.columns} FROM upwards`;
