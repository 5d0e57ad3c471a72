import type { LogEntry } from '@sallyport/contracts';
import type { AuditLogFake } from '../../evidence/audit-log.fake.js';
import {
  TokenStore,
  type Revocation,
  type StoredToken,
  type TokenFilter,
  type TokenRecord,
} from './token-store.js';

/** Tokens in memory, for tests. Contract: test/integration/oauth-token-store.spec.ts */
export class FakeTokenStore extends TokenStore {
  private turn: Promise<unknown> = Promise.resolve();
  private readonly tokens = new Map<string, StoredToken & { readonly tenantId: string }>();

  constructor(
    private readonly log: AuditLogFake,
    private readonly grantEndsAtMs: (grantId: string) => number | undefined = () => undefined,
  ) {
    super();
  }

  async issue(tenantId: string, token: TokenRecord, entries: readonly LogEntry[]): Promise<void> {
    await this.log.append(tenantId, entries);
    this.tokens.set(token.jti, { ...token, tenantId });
  }

  find(tenantId: string, jti: string): Promise<StoredToken | undefined> {
    return Promise.resolve(this.of(tenantId).find((token) => token.jti === jti));
  }

  live(
    tenantId: string,
    filter: TokenFilter,
    nowMs: number,
    { afterJti = '', limit }: { readonly afterJti?: string; readonly limit: number },
  ): Promise<readonly StoredToken[]> {
    const found = this.of(tenantId)
      .filter((token) => token.revokedAtMs === undefined && token.expiresAtMs > nowMs)
      .filter((token) => token.jti > afterJti && matches(token, filter))
      .sort((a, b) => (a.jti < b.jti ? -1 : 1));
    return Promise.resolve(found.slice(0, limit));
  }

  revoke(
    tenantId: string,
    jtis: readonly string[],
    revocation: Revocation,
  ): Promise<readonly StoredToken[]> {
    return this.revokeWhere(tenantId, (token) => jtis.includes(token.jti), revocation);
  }

  revokeByGrant(
    tenantId: string,
    grantId: string,
    revocation: Revocation,
  ): Promise<readonly StoredToken[]> {
    const endsAtMs = this.grantEndsAtMs(grantId) ?? Infinity;
    const after = Math.min(revocation.atMs, endsAtMs - 1_000);
    const isOfGrant = (token: StoredToken) =>
      token.grantIds.includes(grantId) && token.expiresAtMs > after;
    return this.revokeWhere(tenantId, isOfGrant, revocation);
  }

  /** One at a time, as row locks have it. */
  private revokeWhere(
    ...[tenantId, condition, revocation]: Parameters<FakeTokenStore['revokeNow']>
  ): Promise<readonly StoredToken[]> {
    const revoked = this.turn.then(() => this.revokeNow(tenantId, condition, revocation));
    this.turn = revoked.catch(() => undefined);
    return revoked;
  }

  private async revokeNow(
    tenantId: string,
    condition: (token: StoredToken) => boolean,
    { atMs, entryOf }: Revocation,
  ): Promise<readonly StoredToken[]> {
    const found = this.of(tenantId).filter(
      (token) => token.revokedAtMs === undefined && condition(token),
    );
    await this.log.append(tenantId, found.map(entryOf));
    const revoked = found.map((token) => ({ ...token, revokedAtMs: atMs }));
    for (const token of revoked) this.tokens.set(token.jti, { ...token, tenantId });
    return revoked;
  }

  private of(tenantId: string): StoredToken[] {
    return [...this.tokens.values()].filter((token) => token.tenantId === tenantId);
  }
}

function matches(token: StoredToken, filter: TokenFilter): boolean {
  switch (filter.by) {
    case 'tenant':
      return true;
    case 'subject':
      return token.subject.type === filter.subject.type && token.subject.id === filter.subject.id;
    case 'device':
      return token.deviceId === filter.deviceId;
    case 'grant':
      return token.grantIds.includes(filter.grantId);
  }
}
