import type { KeptArtifact } from '../../../policies/policy-store.ports.js';
import type { Snapshot } from '../registers/snapshot.js';
import type { TenantTx } from '../../../platform/sql.js';
import type { ArtifactSeal } from './artifact-seal.js';

/** Bytes per row: receiving one is one step of the receiver's event loop. */
const SLICE_BYTES = 64 * 1024;

export async function readArtifact(
  { tenantId, query }: Snapshot,
  version: string,
  seal: ArtifactSeal,
): Promise<KeptArtifact> {
  const rows = await query<{ slice: Uint8Array; seal: Uint8Array }>(READ, [
    tenantId,
    version,
    SLICE_BYTES,
  ]);
  const [first] = rows;
  if (!first) return { kind: 'absent' };
  const bytes = Buffer.concat(rows.map(({ slice }) => slice));
  return seal.isOf(first.seal, tenantId, version, bytes)
    ? { kind: 'kept', bytes }
    : { kind: 'broken' };
}

/** Content-addressed: one that is kept already stays. */
export async function writeArtifact(
  tx: TenantTx,
  version: string,
  bytes: Uint8Array,
  seal: ArtifactSeal,
): Promise<void> {
  await tx.query(WRITE, [
    tx.tenantId,
    version,
    Buffer.from(bytes),
    Buffer.from(seal.of(tx.tenantId, version, bytes)),
  ]);
}

/** Those that nobody will ask for soon can be built again; a process that lags may still want the last ones. */
export async function forgetOldArtifacts(tx: TenantTx): Promise<void> {
  await tx.query(FORGET, [tx.tenantId]);
}

const READ = `
  SELECT substring(bytes FROM 1 + at * $3::int FOR $3::int) AS slice, seal
  FROM policy_artifacts, generate_series(0, greatest(0, octet_length(bytes) - 1) / $3::int) AS at
  WHERE tenant_id = $1 AND version = $2 ORDER BY at`;

const WRITE = `
  INSERT INTO policy_artifacts (tenant_id, version, bytes, seal) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant_id, version) DO NOTHING`;

const FORGET = `
  DELETE FROM policy_artifacts AS old
  WHERE tenant_id = $1 AND created_at < now() - interval '1 hour'
    AND NOT EXISTS (
      SELECT FROM policy_versions WHERE tenant_id = $1 AND id = old.version AND state = 'promoted')`;
