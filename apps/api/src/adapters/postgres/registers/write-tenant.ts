import pg from 'pg';
import {
  rowKinds,
  type DirectoryRow,
  type RowKind,
} from '../../../registers/apply/directory-rows.js';
import type { TenantChanges } from '../../../registers/apply/tenant-changes.js';
import { PepKeyTakenError, type Author } from '../../../registers/apply/tenant-store.ports.js';
import type { TenantTx } from '../../../platform/sql.js';
import type { ArtifactSeal } from '../policies/artifact-seal.js';
import { forgetOldArtifacts, writeArtifact } from '../policies/policy-artifacts.js';
import { directoryTables, type DirectoryTable } from './directory-tables.js';

/** Rows per statement: large enough to be quick, small enough for the statement timeout and the wire. */
const CHUNK = 1_000;
const KEY_INDEX = 'enforcement_points_key_hash_key';

/** Writes what changes, and nothing else. */
export async function writeTenant(
  tx: TenantTx,
  changes: TenantChanges,
  author: Author,
  seal: ArtifactSeal,
): Promise<void> {
  await writeSettings(tx, changes);
  await writePolicy(tx, changes, author, seal);
  for (const kind of rowKinds) {
    const { put, remove } = changes.rows[kind];
    await removeRows(tx, kind, remove);
    await putRows(tx, kind, put, author);
  }
}

export async function putRows(
  tx: TenantTx,
  kind: RowKind,
  rows: readonly DirectoryRow[],
  author: Author,
): Promise<void> {
  if (rows.length === 0) return;
  if (kind === 'access-rule') return putRules(tx, rows);
  const table = directoryTables[kind];
  if (kind === 'pep') await releaseKeys(tx, rows);
  const text = upsert(table);
  // One by one where a key may be taken: with row-level security Postgres does not say whose it is.
  for (const chunk of chunks(rows, kind === 'pep' ? 1 : CHUNK)) {
    const encoded = chunk.map((row) => ({ ...keyOf(table, row), ...table.encode(row, author) }));
    try {
      await tx.query(text, [tx.tenantId, JSON.stringify(encoded)]);
    } catch (error) {
      if (!isKeyConflict(error)) throw error;
      throw new PepKeyTakenError(chunk[0]?.key[0] ?? '');
    }
  }
}

export async function removeRows(
  tx: TenantTx,
  kind: RowKind,
  keys: readonly (readonly string[])[],
): Promise<void> {
  const table = directoryTables[kind];
  for (const chunk of chunks(keys, CHUNK)) {
    const columns = table.keys.map((_, at) => chunk.map((key) => key[at] ?? ''));
    const names = table.keys.join(', ');
    const unnested = table.keys.map((_, at) => `$${at + 2}::text[]`).join(', ');
    // Access rules stay as history: requests name the version that they were made under.
    const change =
      kind === 'access-rule'
        ? `UPDATE ${table.table} SET current = false`
        : `DELETE FROM ${table.table}`;
    await tx.query(
      `${change} WHERE tenant_id = $1 AND ${table.current} AND (${names}) IN (SELECT * FROM unnest(${unnested}))`,
      [tx.tenantId, ...columns],
    );
  }
}

async function writeSettings(tx: TenantTx, { isNew, tenant }: TenantChanges): Promise<void> {
  if (!tenant) return;
  const { settings, tests } = tenant;
  const column = JSON.stringify(tests.length > 0 ? { ...settings, tests } : settings);
  // Not an upsert: the feed's trigger sees every row that is offered for insertion, also one that turns into an update.
  const text = isNew
    ? 'INSERT INTO tenants (id, display_name, settings) VALUES ($1, $2, $3)'
    : 'UPDATE tenants SET display_name = $2, settings = $3 WHERE id = $1';
  await tx.query(text, [tx.tenantId, settings.displayName, column]);
}

async function writePolicy(
  tx: TenantTx,
  { policy }: TenantChanges,
  { actor }: Author,
  seal: ArtifactSeal,
): Promise<void> {
  if (!policy) return;
  await tx.query(
    `UPDATE policy_versions SET state = 'retired' WHERE tenant_id = $1 AND state = 'promoted'`,
    [tx.tenantId],
  );
  if (!policy.next) return;
  const { version, bundle, artifact } = policy.next;
  // A version that was promoted before comes back as it was: its content is its name.
  await tx.query(
    `INSERT INTO policy_versions (tenant_id, id, state, bundle, created_by) VALUES ($1, $2, 'tested', convert_from($3::bytea, 'UTF8')::jsonb, $4)
     ON CONFLICT (tenant_id, id) DO NOTHING`,
    [tx.tenantId, version, Buffer.from(bundle), actor],
  );
  await writeArtifact(tx, version, artifact, seal);
  await tx.query(
    `UPDATE policy_versions SET state = 'promoted', promoted_at = now() WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, version],
  );
  await forgetOldArtifacts(tx);
}

/** Two enforcement points may exchange their keys: for a moment neither has one. */
async function releaseKeys(tx: TenantTx, rows: readonly DirectoryRow[]): Promise<void> {
  await tx.query(
    `UPDATE enforcement_points SET key_hash = NULL
     WHERE tenant_id = $1 AND name = ANY ($2) AND key_hash IS NOT NULL`,
    [tx.tenantId, rows.map(({ key }) => key[0])],
  );
}

async function putRules(tx: TenantTx, rows: readonly DirectoryRow[]): Promise<void> {
  await removeRows(
    tx,
    'access-rule',
    rows.map(({ key }) => key),
  );
  const rules = rows.map(({ key, content }) => ({ id: key[0], rule: content }));
  await tx.query(
    `INSERT INTO access_rules (tenant_id, id, version, rule)
     SELECT $1, given.id, 1 + coalesce((SELECT max(version) FROM access_rules AS old WHERE old.tenant_id = $1 AND old.id = given.id), 0), given.rule
     FROM jsonb_to_recordset($2) AS given (id text, rule jsonb)`,
    [tx.tenantId, JSON.stringify(rules)],
  );
}

function upsert({ table, keys, columns }: DirectoryTable): string {
  const names = Object.keys(columns);
  const types = [
    ...keys.map((key) => `${key} text`),
    ...names.map((name) => `${name} ${columns[name] ?? ''}`),
  ];
  const all = [...keys, ...names].join(', ');
  const set = names.map((name) => `${name} = EXCLUDED.${name}`).join(', ');
  return `INSERT INTO ${table} (tenant_id, ${all}) SELECT $1, ${all} FROM jsonb_to_recordset($2) AS given (${types.join(', ')})
    ON CONFLICT (tenant_id, ${keys.join(', ')}) DO UPDATE SET ${set}, updated_at = now()`;
}

function keyOf({ keys }: DirectoryTable, { key }: DirectoryRow): Record<string, string> {
  return Object.fromEntries(keys.map((name, at) => [name, key[at] ?? '']));
}

function isKeyConflict(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.constraint === KEY_INDEX;
}

function* chunks<T>(items: readonly T[], size: number): IterableIterator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
