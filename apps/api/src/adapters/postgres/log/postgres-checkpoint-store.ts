import { CheckpointStore, type UnsignedHead } from '../../../evidence/checkpoint.ports.js';
import type { PublishedCheckpoint } from '../../../evidence/log-reader.ports.js';
import type { TenantTx } from '../../../platform/sql.js';
import type { Database } from '../database.js';
import { checkpointOf, type CheckpointRow } from './postgres-log-reader.js';

interface HeadRow {
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly frontier: Uint8Array;
}

/** First part of the advisory lock's key: signing. */
const SIGNING = 0x5a11;

const LAST = `SELECT tree_size, root, note, signed_at FROM log_checkpoints
  WHERE tenant_id = $1 ORDER BY tree_size DESC LIMIT 1`;

/** Checkpoints in Postgres. Signers are kept apart by an advisory lock, so that writers never wait for a signature. */
export class PostgresCheckpointStore extends CheckpointStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async publish(
    tenantId: string,
    sign: (head: UnsignedHead) => Promise<PublishedCheckpoint>,
  ): Promise<PublishedCheckpoint | undefined> {
    return this.database.rawTx(tenantId, async (tx) => {
      if (!(await hasGrown(tx))) return undefined;
      const [lock] = await tx.query<{ held: boolean }>(
        'SELECT pg_try_advisory_xact_lock($1::int, hashtext($2)) AS held',
        [SIGNING, tenantId],
      );
      if (!lock?.held) return undefined;
      // Both are read anew: another signer may have worked between the look and the lock.
      const head = await readHead(tx);
      if (!head) return undefined;
      const checkpoint = await sign(head);
      const { size, root, note, signedAt } = checkpoint;
      await tx.query(
        `INSERT INTO log_checkpoints (tenant_id, tree_size, root, note, signed_at, frontier)
         VALUES ($1, $2::bigint, $3::bytea, $4, $5::timestamptz, $6::bytea)`,
        [tenantId, size, root, note, signedAt, head.frontier],
      );
      return checkpoint;
    });
  }
}

async function hasGrown(tx: TenantTx): Promise<boolean> {
  const [row] = await tx.query<{ grown: boolean }>(
    `SELECT size > coalesce((SELECT max(tree_size) FROM log_checkpoints WHERE tenant_id = $1), 0) AS grown
     FROM log_heads WHERE tenant_id = $1`,
    [tx.tenantId],
  );
  return row?.grown ?? false;
}

/** The head, if it has grown beyond the last checkpoint. */
async function readHead(tx: TenantTx): Promise<UnsignedHead | undefined> {
  const [lastRow] = await tx.query<CheckpointRow>(LAST, [tx.tenantId]);
  const [head] = await tx.query<HeadRow>(
    'SELECT size, root, frontier FROM log_heads WHERE tenant_id = $1',
    [tx.tenantId],
  );
  const last = lastRow && checkpointOf(lastRow);
  if (!head || Number(head.size) <= (last?.size ?? 0)) return undefined;
  const { root, frontier } = head;
  return { size: Number(head.size), root, frontier, last };
}
