import type { TestCase, TenantSettings } from '@sallyport/contracts';
import {
  rowKinds,
  type DirectoryRow,
  type DirectoryRows,
  type RowKind,
} from '../../../registers/apply/directory-rows.js';
import type { StoredTenant } from '../../../registers/apply/stored-tenant.js';
import { directoryTables, type DirectoryTable } from './directory-tables.js';
import type { FactRow } from './fact-rows.js';
import type { Snapshot } from './snapshot.js';

/** The tenant's own column: its settings, and its golden cases beside them. */
export type SettingsColumn = TenantSettings & { readonly tests?: readonly TestCase[] };

/** Everything of a tenant that a directory says. */
export async function readTenant(from: Snapshot): Promise<StoredTenant | undefined> {
  const { tenantId } = from;
  const [own] = await from.query<{ settings: SettingsColumn }>(
    'SELECT settings FROM tenants WHERE id = $1',
    [tenantId],
  );
  if (!own) return undefined;
  const { tests = [], ...settings } = own.settings;
  const [policy] = await from.query<NonNullable<StoredTenant['policy']>>(READ_POLICY, [tenantId]);
  const rows: Partial<Record<RowKind, DirectoryRow[]>> = {};
  for (const kind of rowKinds) rows[kind] = await readRows(from, kind);
  return { settings, tests, rows: rows as DirectoryRows, ...(policy && { policy }) };
}

/** The sources stay where they are: megabytes of them would hold a process up. */
const READ_POLICY = `
  SELECT id, (
    SELECT jsonb_object_agg(file, encode(sha256(convert_to(text, 'UTF8')), 'hex'))
    FROM (SELECT * FROM jsonb_each_text(bundle->'files')
          UNION ALL SELECT 'schema', coalesce(bundle->>'schema', '')) AS source (file, text)
  ) AS digests
  FROM policy_versions WHERE tenant_id = $1 AND state = 'promoted'`;

export async function findRow(
  from: Snapshot,
  kind: RowKind,
  key: readonly string[],
): Promise<DirectoryRow | undefined> {
  const table = directoryTables[kind];
  const where = table.keys.map((name, at) => `${name} = $${at + 2}`).join(' AND ');
  const [row] = await from.query<FactRow>(`${select(table)} AND ${where}`, [from.tenantId, ...key]);
  return row && decode(table, row);
}

async function readRows(from: Snapshot, kind: RowKind): Promise<DirectoryRow[]> {
  const table = directoryTables[kind];
  const rows = await from.query<FactRow>(`${select(table)} ORDER BY ${table.keys.join(', ')}`, [
    from.tenantId,
  ]);
  return rows.map((row) => decode(table, row));
}

function select({ table, keys, columns, current }: DirectoryTable): string {
  const names = [...keys, ...Object.keys(columns)].join(', ');
  return `SELECT ${names} FROM ${table} WHERE tenant_id = $1 AND ${current}`;
}

function decode(table: DirectoryTable, row: FactRow): DirectoryRow {
  return { key: table.keys.map((name) => row[name] as string), content: table.decode(row) };
}
