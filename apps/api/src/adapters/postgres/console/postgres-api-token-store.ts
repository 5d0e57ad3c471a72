import type { AdminEntry } from '@sallyport/contracts';
import { type ApiToken, ApiTokenStore } from '../../../console/api-tokens.ports.js';
import type { ConsoleRole } from '../../../console/console-roles.js';
import type { AuditLog } from '../../../evidence/audit-log.ports.js';
import { newId } from '../../../platform/ids.js';
import type { Database } from '../database.js';
import type { ApiTokenModel } from '../generated/models.js';

const MAX_LISTED = 500;

export class PostgresApiTokenStore extends ApiTokenStore {
  constructor(
    private readonly database: Database,
    private readonly log: AuditLog,
  ) {
    super();
  }

  async list(tenantId: string): Promise<readonly ApiToken[]> {
    const rows = await this.database.tenantTx(tenantId, ({ prisma }) =>
      prisma.apiToken.findMany({
        where: { tenantId },
        orderBy: { createdAt: 'desc' },
        take: MAX_LISTED,
      }),
    );
    return rows.map(toApiToken);
  }

  async add(tenantId: string, token: ApiToken, secretHash: Uint8Array): Promise<void> {
    await this.database.tenantTx(tenantId, async (tx) => {
      await tx.prisma.apiToken.create({
        data: {
          tenantId,
          id: token.id,
          name: token.name,
          tokenHash: Uint8Array.from(secretHash),
          roles: [...token.roles],
          createdBy: token.createdBy,
          createdAt: new Date(token.createdAtMs),
          expiresAt: new Date(token.expiresAtMs),
        },
      });
      await this.log.appendWithin(tx, [
        entryOf('api-token.created', token, token.createdBy, token.createdAtMs),
      ]);
    });
  }

  async revoke(
    tenantId: string,
    id: string,
    actor: string,
    nowMs: number,
  ): Promise<ApiToken | undefined> {
    return this.database.tenantTx(tenantId, async (tx) => {
      const { count } = await tx.prisma.apiToken.updateMany({
        where: { tenantId, id, revokedAt: null },
        data: { revokedAt: new Date(nowMs) },
      });
      const row = await tx.prisma.apiToken.findUnique({ where: { tenantId_id: { tenantId, id } } });
      if (!row) return undefined;
      const token = toApiToken(row);
      if (count > 0)
        await this.log.appendWithin(tx, [entryOf('api-token.revoked', token, actor, nowMs)]);
      return token;
    });
  }
}

function toApiToken(row: ApiTokenModel): ApiToken {
  return {
    id: row.id,
    name: row.name,
    roles: row.roles as ConsoleRole[],
    createdBy: row.createdBy,
    createdAtMs: row.createdAt.getTime(),
    expiresAtMs: row.expiresAt.getTime(),
    ...(row.revokedAt === null ? {} : { revokedAtMs: row.revokedAt.getTime() }),
  };
}

function entryOf(
  type: AdminEntry['type'],
  token: ApiToken,
  actor: string,
  nowMs: number,
): AdminEntry {
  const detail = {
    tokenId: token.id,
    name: token.name,
    roles: token.roles,
    expiresAt: new Date(token.expiresAtMs).toISOString(),
  };
  return { type, id: newId(nowMs), time: new Date(nowMs).toISOString(), actor, detail };
}
