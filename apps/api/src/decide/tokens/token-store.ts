import type { EntityRef, LogEntry } from '@sallyport/contracts';
import type { DescribedAction, ResolvedQuestion } from '../question.js';

/** The question a token answers, so that it can be asked again when a fact turns bad. */
export interface TokenQuestion extends Omit<ResolvedQuestion, 'action'> {
  readonly actions: readonly DescribedAction[];
}

/** An access token that a permit became. The token itself is never stored. */
export interface TokenRecord {
  readonly jti: string;
  readonly decisionId: string;
  /** Name of the enforcement point that it was issued to. */
  readonly pep: string;
  readonly subject: EntityRef;
  readonly audience: string;
  readonly scope: string;
  /** Grants without which there would have been no permit. */
  readonly grantIds: readonly string[];
  readonly deviceId?: string;
  readonly question: TokenQuestion;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

export interface StoredToken extends TokenRecord {
  readonly revokedAtMs?: number;
}

/** Which live tokens a change may touch. */
export type TokenFilter =
  | { readonly by: 'tenant' }
  | { readonly by: 'subject'; readonly subject: EntityRef }
  | { readonly by: 'device'; readonly deviceId: string }
  | { readonly by: 'grant'; readonly grantId: string };

export interface Revocation {
  readonly reason: string;
  readonly atMs: number;
  /** The log entry of one token's revocation. */
  readonly entryOf: (token: StoredToken) => LogEntry;
}

/** Issued tokens; what changes here is in the tenant's log in the same transaction. Contract: test/integration/oauth-token-store.spec.ts */
export abstract class TokenStore {
  /** Writes the token and appends the entries, together or not at all. */
  abstract issue(tenantId: string, token: TokenRecord, entries: readonly LogEntry[]): Promise<void>;

  abstract find(tenantId: string, jti: string): Promise<StoredToken | undefined>;

  /** Tokens that are neither revoked nor over, at most `limit`, in the order of `jti`, after `afterJti`. */
  abstract live(
    tenantId: string,
    filter: TokenFilter,
    nowMs: number,
    page: { readonly afterJti?: string; readonly limit: number },
  ): Promise<readonly StoredToken[]>;

  /** Revokes those that are not revoked yet; returns these. Who comes second changes and logs nothing. */
  abstract revoke(
    tenantId: string,
    jtis: readonly string[],
    revocation: Revocation,
  ): Promise<readonly StoredToken[]>;

  /** The same for every token that rests on a grant and lives, or was cut short by the grant's end. */
  abstract revokeByGrant(
    tenantId: string,
    grantId: string,
    revocation: Revocation,
  ): Promise<readonly StoredToken[]>;
}
