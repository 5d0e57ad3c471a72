import type { AdminEntry, PolicyBundle } from '@sallyport/contracts';
import type { AuditLog } from '../../../evidence/audit-log.ports.js';
import { PolicyStore, type KeptArtifact } from '../../../policies/policy-store.ports.js';
import type { Database } from '../database.js';
import { readSnapshot, type Snapshot } from '../registers/snapshot.js';
import type { ArtifactSeal } from './artifact-seal.js';
import { readArtifact, writeArtifact } from './policy-artifacts.js';

/** Policy versions in Postgres. What is long comes in many rows: no single one holds up a process that decides meanwhile. */
export class PostgresPolicyStore extends PolicyStore {
  constructor(
    private readonly database: Database,
    private readonly seal: ArtifactSeal,
    private readonly log: AuditLog,
  ) {
    super();
  }

  bundle(tenantId: string, version: string): Promise<PolicyBundle | undefined> {
    return readSnapshot(this.database, tenantId, (snapshot) => readBundle(snapshot, version));
  }

  artifact(tenantId: string, version: string): Promise<KeptArtifact> {
    return readSnapshot(this.database, tenantId, (snapshot) =>
      readArtifact(snapshot, version, this.seal),
    );
  }

  artifactInForce(tenantId: string): Promise<Uint8Array | undefined> {
    return readSnapshot(this.database, tenantId, async (snapshot) => {
      const [promoted] = await snapshot.query<{ id: string }>(PROMOTED, [tenantId]);
      if (!promoted) return undefined;
      const kept = await readArtifact(snapshot, promoted.id, this.seal);
      return kept.kind === 'kept' ? kept.bytes : undefined;
    });
  }

  async distrust(tenantId: string, version: string, entry: AdminEntry): Promise<void> {
    await this.database.rawTx(tenantId, async (tx) => {
      const changed = await tx.query(DISTRUST, [tenantId, version]);
      if (changed.length > 0) await this.log.appendWithin(tx, [entry]);
    });
  }

  async keepArtifact(tenantId: string, version: string, bytes: Uint8Array): Promise<void> {
    await this.database.rawTx(tenantId, async (tx) => {
      await tx.query('DELETE FROM policy_artifacts WHERE tenant_id = $1 AND version = $2', [
        tenantId,
        version,
      ]);
      await writeArtifact(tx, version, bytes, this.seal);
    });
  }
}

export async function readBundle(
  { tenantId, query }: Snapshot,
  version: string,
): Promise<PolicyBundle | undefined> {
  const [rest] = await query<{ rest: Omit<PolicyBundle, 'files'> }>(READ_REST, [tenantId, version]);
  if (!rest) return undefined;
  const files = await query<{ file: string; text: string }>(READ_FILES, [tenantId, version]);
  return { ...rest.rest, files: Object.fromEntries(files.map(({ file, text }) => [file, text])) };
}

const PROMOTED = `SELECT id FROM policy_versions WHERE tenant_id = $1 AND state = 'promoted'`;

const DISTRUST = `
  UPDATE policy_versions SET engine = 'cedar-wasm'
  WHERE tenant_id = $1 AND id = $2 AND engine = 'compiled' RETURNING id`;

const READ_REST = `SELECT bundle - 'files' AS rest FROM policy_versions WHERE tenant_id = $1 AND id = $2`;

const READ_FILES = `
  SELECT file, text FROM policy_versions, jsonb_each_text(bundle->'files') AS source (file, text)
  WHERE tenant_id = $1 AND id = $2`;
