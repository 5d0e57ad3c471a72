import { createHash, randomBytes } from 'node:crypto';
import type { AdminEntry } from '@sallyport/contracts';
import { consoleRolesOf } from '../../../console/console-roles.js';
import { type NewSession, SessionStore } from '../../../console/session-store.ports.js';
import type { AuditLog } from '../../../evidence/audit-log.ports.js';
import type { Clock } from '../../../platform/clock.js';
import type { SessionCredential } from '../../../platform/http/credential.js';
import { newId } from '../../../platform/ids.js';
import { type FactsRegister, whenResident } from '../../../registers/facts.ports.js';
import type { Database } from '../database.js';

const COOKIE = /^([a-z0-9][a-z0-9-]{0,62})\.([A-Za-z0-9_-]{43})$/;

interface SessionRow {
  readonly subject_type: string;
  readonly subject_id: string;
  readonly name: string;
  readonly email: string | null;
  readonly expires_at: Date;
}

/** Sessions in Postgres; starting and ending one commits together with its log entry. */
export class PostgresSessionStore extends SessionStore {
  private readonly listeners = new Set<(sessionHash: Uint8Array) => void>();

  constructor(
    private readonly database: Database,
    private readonly log: AuditLog,
    private readonly facts: FactsRegister,
    private readonly clock: Clock,
    private readonly ttlSeconds: number,
  ) {
    super();
  }

  async find(cookie: string): Promise<SessionCredential | undefined> {
    const tenantId = COOKIE.exec(cookie)?.[1];
    const facts = tenantId === undefined ? undefined : this.facts.tenant(tenantId);
    if (!facts) return undefined;
    const sessionHash = hashOf(cookie);
    const [row] = await this.database.rawTx(facts.tenantId, (tx) =>
      tx.query<SessionRow>(
        'SELECT subject_type, subject_id, name, email, expires_at FROM sessions WHERE tenant_id = $1 AND id_hash = $2',
        [facts.tenantId, sessionHash],
      ),
    );
    if (!row || row.expires_at.getTime() <= this.clock.nowMs()) return undefined;
    const subject = { type: row.subject_type, id: row.subject_id };
    // Brings the person and their groups along, which is what most of a console request asks about.
    const roles = await whenResident(
      () => facts.entity(subject) && (facts.ancestorsOf(subject), consoleRolesOf(facts, subject)),
    );
    if (!roles) return undefined;
    return {
      kind: 'session',
      tenantId: facts.tenantId,
      subject,
      name: row.name,
      ...(row.email === null ? {} : { email: row.email }),
      roles,
      sessionHash,
      expiresAtMs: row.expires_at.getTime(),
    };
  }

  async start(session: NewSession): Promise<{ cookie: string; expiresAtMs: number }> {
    const { tenantId, subject, name, email, issuer } = session;
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + this.ttlSeconds * 1_000;
    const cookie = `${tenantId}.${randomBytes(32).toString('base64url')}`;
    await this.database.rawTx(tenantId, async (tx) => {
      await tx.query(
        `INSERT INTO sessions (tenant_id, id_hash, subject_type, subject_id, name, email, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          tenantId,
          hashOf(cookie),
          subject.type,
          subject.id,
          name,
          email ?? null,
          new Date(nowMs),
          new Date(expiresAtMs),
        ],
      );
      await tx.query('DELETE FROM sessions WHERE tenant_id = $1 AND expires_at <= $2', [
        tenantId,
        new Date(nowMs),
      ]);
      await this.log.appendWithin(tx, [
        this.entry('session.started', `${subject.type}:${subject.id}`, nowMs, { issuer }),
      ]);
    });
    return { cookie, expiresAtMs };
  }

  async end(session: SessionCredential): Promise<void> {
    const { tenantId, subject, sessionHash } = session;
    await this.database.rawTx(tenantId, async (tx) => {
      const ended = await tx.query(
        'DELETE FROM sessions WHERE tenant_id = $1 AND id_hash = $2 RETURNING 1',
        [tenantId, sessionHash],
      );
      if (ended.length === 0) return;
      const entry = this.entry(
        'session.ended',
        `${subject.type}:${subject.id}`,
        this.clock.nowMs(),
        {},
      );
      await this.log.appendWithin(tx, [entry]);
    });
    for (const listener of this.listeners) listener(sessionHash);
  }

  onEnd(listener: (sessionHash: Uint8Array) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private entry(
    type: AdminEntry['type'],
    actor: string,
    nowMs: number,
    detail: AdminEntry['detail'],
  ): AdminEntry {
    return { type, id: newId(nowMs), time: new Date(nowMs).toISOString(), actor, detail };
  }
}

function hashOf(cookie: string): Buffer {
  return createHash('sha256').update(cookie).digest();
}
