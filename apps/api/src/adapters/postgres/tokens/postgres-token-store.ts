import type { LogEntry } from '@sallyport/contracts';
import {
  TokenStore,
  type Revocation,
  type StoredToken,
  type TokenFilter,
  type TokenRecord,
} from '../../../decide/tokens/token-store.js';
import type { AuditLog } from '../../../evidence/audit-log.ports.js';
import { BrokerError, UnavailableError } from '../../../platform/errors.js';
import type { TenantTx } from '../../../platform/sql.js';
import type { Database } from '../database.js';
import { COLUMNS, fromRow, toValues, type TokenRow } from './token-row.js';

/** Issued tokens in Postgres; each change and its log entry are one transaction. */
export class PostgresTokenStore extends TokenStore {
  constructor(
    private readonly database: Pick<Database, 'rawTx'>,
    private readonly auditLog: Pick<AuditLog, 'appendWithin'>,
  ) {
    super();
  }

  async issue(tenantId: string, token: TokenRecord, entries: readonly LogEntry[]): Promise<void> {
    await this.tx(tenantId, async (tx) => {
      await tx.query(
        `INSERT INTO tokens (tenant_id, ${COLUMNS})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [tenantId, ...toValues(token)],
      );
      await this.auditLog.appendWithin(tx, entries);
    });
  }

  find(tenantId: string, jti: string): Promise<StoredToken | undefined> {
    return this.tx(tenantId, async (tx) => {
      const [row] = await tx.query<TokenRow>(
        `SELECT ${COLUMNS}, revoked_at FROM tokens WHERE tenant_id = $1 AND jti = $2`,
        [tenantId, jti],
      );
      return row && fromRow(row);
    });
  }

  live(
    tenantId: string,
    filter: TokenFilter,
    nowMs: number,
    { afterJti = '', limit }: { readonly afterJti?: string; readonly limit: number },
  ): Promise<readonly StoredToken[]> {
    const { condition, values } = conditionOf(filter);
    return this.tx(tenantId, async (tx) => {
      const rows = await tx.query<TokenRow>(
        `SELECT ${COLUMNS}, revoked_at FROM tokens
         WHERE tenant_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND jti > $3 AND ${condition}
         ORDER BY jti LIMIT $4`,
        [tenantId, new Date(nowMs), afterJti, limit, ...values],
      );
      return rows.map(fromRow);
    });
  }

  revoke(
    tenantId: string,
    jtis: readonly string[],
    revocation: Revocation,
  ): Promise<readonly StoredToken[]> {
    if (jtis.length === 0) return Promise.resolve([]);
    return this.revokeWhere(tenantId, 'jti = ANY($2)', [jtis], revocation);
  }

  revokeByGrant(
    tenantId: string,
    grantId: string,
    revocation: Revocation,
  ): Promise<readonly StoredToken[]> {
    // A token that was cut short by the grant's end is over at the same moment: it belongs to the story all the same.
    const condition = `$2 = ANY(grant_ids) AND expires_at > LEAST($3,
      (SELECT ends_at FROM grants WHERE tenant_id = $1 AND id = $2) - interval '1 second')`;
    return this.revokeWhere(tenantId, condition, [grantId, new Date(revocation.atMs)], revocation);
  }

  /** `condition` counts its parameters from $2. Rows are locked in one order, so that two revocations never wait in a circle. */
  private revokeWhere(
    tenantId: string,
    condition: string,
    values: readonly unknown[],
    { reason, atMs, entryOf }: Revocation,
  ): Promise<readonly StoredToken[]> {
    return this.tx(tenantId, async (tx) => {
      const rows = await tx.query<TokenRow>(
        `SELECT ${COLUMNS}, revoked_at FROM tokens
         WHERE tenant_id = $1 AND revoked_at IS NULL AND ${condition} ORDER BY jti FOR UPDATE`,
        [tenantId, ...values],
      );
      if (rows.length === 0) return [];
      await tx.query(
        `UPDATE tokens SET revoked_at = $3, revoke_reason = $4
         WHERE tenant_id = $1 AND jti = ANY($2)`,
        [tenantId, rows.map(({ jti }) => jti), new Date(atMs), reason],
      );
      const revoked = rows.map(fromRow);
      await this.auditLog.appendWithin(tx, revoked.map(entryOf));
      return revoked.map((token) => ({ ...token, revokedAtMs: atMs }));
    });
  }

  private async tx<T>(tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    try {
      return await this.database.rawTx(tenantId, work);
    } catch (cause) {
      if (cause instanceof BrokerError) throw cause;
      throw new UnavailableError('the tokens cannot be reached now', { cause });
    }
  }
}

function conditionOf(filter: TokenFilter): {
  readonly condition: string;
  readonly values: readonly unknown[];
} {
  switch (filter.by) {
    case 'tenant':
      return { condition: 'true', values: [] };
    case 'subject':
      return {
        condition: 'subject_type = $5 AND subject_id = $6',
        values: [filter.subject.type, filter.subject.id],
      };
    case 'device':
      return { condition: 'device_id = $5', values: [filter.deviceId] };
    case 'grant':
      return { condition: '$5 = ANY(grant_ids)', values: [filter.grantId] };
  }
}
