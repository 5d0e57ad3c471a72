import {
  TenantStore,
  type Author,
  type TenantWriting,
} from '../../../registers/apply/tenant-store.ports.js';
import type { StoredTenant } from '../../../registers/apply/stored-tenant.js';
import type { DirectoryRow, RowKind } from '../../../registers/apply/directory-rows.js';
import type { TenantChanges } from '../../../registers/apply/tenant-changes.js';
import type { TenantTx } from '../../../platform/sql.js';
import type { PublishedPolicy } from '../../../policies/policy-gate.js';
import type { Database } from '../database.js';
import type { ArtifactSeal } from '../policies/artifact-seal.js';
import { writeArtifact } from '../policies/policy-artifacts.js';
import { findRow, readTenant } from './read-tenant.js';
import { readSnapshot } from './snapshot.js';
import { putRows, removeRows, writeTenant } from './write-tenant.js';

/** Tenants in Postgres. Applies of one tenant wait for each other; those of different tenants do not. */
export class PostgresTenantStore extends TenantStore {
  constructor(
    private readonly database: Database,
    private readonly seal: ArtifactSeal,
  ) {
    super();
  }

  read(tenantId: string): Promise<StoredTenant | undefined> {
    return readSnapshot(this.database, tenantId, (snapshot) => readTenant(snapshot));
  }

  transact<T>(tenantId: string, work: (writing: TenantWriting) => Promise<T>): Promise<T> {
    return this.database.rawTx(tenantId, async (tx) => {
      // Not the tenant's row: that lock would hold up every grant and place of the tenant while the directory is compared.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `apply ${tenantId}`,
      ]);
      return work(new Writing(tx, this.seal));
    });
  }

  stagePolicy(tenantId: string, { version, artifact }: PublishedPolicy): Promise<boolean> {
    return this.database.rawTx(tenantId, async (tx) => {
      const [other] = await tx.query(
        `SELECT FROM policy_versions WHERE tenant_id = $1 AND state = 'promoted' AND id <> $2`,
        [tenantId, version],
      );
      if (other) await writeArtifact(tx, version, artifact, this.seal);
      return other !== undefined;
    });
  }
}

class Writing implements TenantWriting {
  constructor(
    readonly tx: TenantTx,
    private readonly seal: ArtifactSeal,
  ) {}

  read(): Promise<StoredTenant | undefined> {
    return readTenant(this.tx);
  }

  write(changes: TenantChanges, author: Author): Promise<void> {
    return writeTenant(this.tx, changes, author, this.seal);
  }

  find(kind: RowKind, key: readonly string[]): Promise<DirectoryRow | undefined> {
    return findRow(this.tx, kind, key);
  }

  put(kind: RowKind, row: DirectoryRow, author: Author): Promise<void> {
    return putRows(this.tx, kind, [row], author);
  }

  remove(kind: RowKind, key: readonly string[]): Promise<void> {
    return removeRows(this.tx, kind, [key]);
  }
}
