import type { TenantTx } from '../../platform/sql.js';
import type { PublishedPolicy } from '../../policies/policy-gate.js';
import type { DirectoryRow, RowKind } from './directory-rows.js';
import type { StoredTenant } from './stored-tenant.js';
import type { TenantChanges } from './tenant-changes.js';

/** One transaction on a tenant's registers; other applies of the tenant wait until it is over. */
export interface TenantWriting {
  readonly tx: TenantTx;
  /** The whole tenant; undefined when there is none. */
  read(): Promise<StoredTenant | undefined>;
  /** Throws PepKeyTakenError when a key belongs to another enforcement point of the instance. */
  write(changes: TenantChanges, author: Author): Promise<void>;
  /** One row as it is stored. */
  find(kind: RowKind, key: readonly string[]): Promise<DirectoryRow | undefined>;
  put(kind: RowKind, row: DirectoryRow, author: Author): Promise<void>;
  remove(kind: RowKind, key: readonly string[]): Promise<void>;
}

export interface Author {
  /** As the log names it, e.g. `admin:instance`. */
  readonly actor: string;
  readonly nowMs: number;
}

/** Where tenants are kept. */
export abstract class TenantStore {
  /** The whole tenant, as of one moment; undefined when there is none. */
  abstract read(tenantId: string): Promise<StoredTenant | undefined>;
  /**
   * Keeps the artifact of a version that is about to be promoted, so that every process hears of it. False, and nothing kept, where no other version is
   * in force that could decide meanwhile.
   */
  abstract stagePolicy(tenantId: string, policy: PublishedPolicy): Promise<boolean>;
  abstract transact<T>(tenantId: string, work: (writing: TenantWriting) => Promise<T>): Promise<T>;
}

/** A key that an enforcement point of this instance has already; which one, or whose, is nobody's business. */
export class PepKeyTakenError extends Error {
  constructor(readonly pepName: string) {
    super(`the key of ${pepName} is taken`);
  }
}
