import { expect } from '@jest/globals';
import { decodeEntry, leafHash, merkleRoot } from '@sallyport/audit';
import type { Database } from '../../apps/api/src/adapters/postgres/database.js';
import type { PostgresLogReader } from '../../apps/api/src/adapters/postgres/log/postgres-log-reader.js';

/** Every entry, decoded; decoding refuses bytes that aren't canonical. */
export async function readAll(
  database: Database,
  reader: PostgresLogReader,
  tenantId: string,
): Promise<unknown[]> {
  const entries = await reader.entries(tenantId, 0, (await headOf(database, tenantId)).size);
  return entries.map(decodeEntry);
}

async function headOf(
  database: Database,
  tenantId: string,
): Promise<{ size: number; root: Uint8Array }> {
  const [head] = await database.rawTx(tenantId, (tx) =>
    tx.query<{ size: bigint; root: Uint8Array }>('SELECT size, root FROM log_heads'),
  );
  return { size: Number(head?.size ?? 0), root: head?.root ?? new Uint8Array() };
}

/** The stored root is the root over the stored entries, by the plain definition. */
export async function expectValidTree(
  database: Database,
  reader: PostgresLogReader,
): Promise<void> {
  const { size, root } = await headOf(database, 'acme');
  const entries = await reader.entries('acme', 0, size);
  expect(Buffer.from(merkleRoot(entries.map(leafHash)))).toEqual(Buffer.from(root));
}
