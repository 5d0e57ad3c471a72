import type { ConsoleRole } from './console-roles.js';

/** A token for scripts and auditors, of one tenant. The secret is shown once and kept only as SHA-256. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly ConsoleRole[];
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs?: number;
}

export abstract class ApiTokenStore {
  abstract list(tenantId: string): Promise<readonly ApiToken[]>;
  /** Commits the token together with its log entry. */
  abstract add(tenantId: string, token: ApiToken, secretHash: Uint8Array): Promise<void>;
  /** The revoked token; undefined when there is none of that id. Revoking twice changes and logs nothing. */
  abstract revoke(
    tenantId: string,
    id: string,
    actor: string,
    nowMs: number,
  ): Promise<ApiToken | undefined>;
}
