import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { LogEntry } from '@sallyport/contracts';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresTokenStore } from '../../apps/api/src/adapters/postgres/tokens/postgres-token-store.js';
import { FakeTokenStore } from '../../apps/api/src/decide/tokens/token-store.fake.js';
import type {
  Revocation,
  TokenRecord,
  TokenStore,
} from '../../apps/api/src/decide/tokens/token-store.js';
import { AuditLogFake } from '../../apps/api/src/evidence/audit-log.fake.js';
import { createDatabase } from '../support/postgres.js';

jest.setTimeout(60_000);

const NOW = Date.parse('2026-11-22T10:00:00Z');
const GRANT_END = NOW + 60_500;

interface Opened {
  readonly store: TokenStore;
  /** Ids of the log's entries, oldest first. */
  readonly logged: () => Promise<number>;
  readonly breakLog: () => void;
  readonly close: () => Promise<void>;
}

describe.each([
  ['FakeTokenStore', openFake],
  ['PostgresTokenStore', openPostgres],
])('%s', (_, open) => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());

  const revocation = (atMs = NOW): Revocation => ({
    reason: 'grant-ended',
    atMs,
    entryOf: ({ jti }) => entry('token.revoked', `revoked-${jti}`),
  });
  const issue = async (jti: string, changes: Partial<TokenRecord> = {}) => {
    const token = record(jti, changes);
    await opened.store.issue('acme', token, [entry('token.issued', `issued-${jti}`)]);
    return token;
  };
  const ids = (tokens: readonly TokenRecord[]) => tokens.map(({ jti }) => jti);

  test('gives a token back as it was issued, and to its own tenant alone', async () => {
    const token = await issue('t1', { deviceId: 'laptop' });
    expect(await opened.store.find('acme', 't1')).toMatchObject(token);
    expect(await opened.store.find('other', 't1')).toBeUndefined();
    expect(await opened.store.find('acme', 't2')).toBeUndefined();
    expect(await opened.logged()).toBe(1);
  });

  test('issues nothing that the log did not take', async () => {
    opened.breakLog();
    await expect(issue('t1')).rejects.toThrow();
    expect(await opened.store.find('acme', 't1')).toBeUndefined();
  });

  test('lists live tokens by what a change may touch, in pages', async () => {
    await issue('t1', { deviceId: 'laptop' });
    await issue('t2', { grantIds: ['g1', 'g2'] });
    await issue('t3', { subject: { type: 'user', id: 'omar' } });
    await issue('t4', { expiresAtMs: NOW });
    await opened.store.revoke('acme', ['t1'], revocation());
    const live = (filter: Parameters<TokenStore['live']>[1], page = { limit: 9 }) =>
      opened.store.live('acme', filter, NOW, page).then(ids);
    expect(await live({ by: 'tenant' })).toEqual(['t2', 't3']);
    expect(await live({ by: 'tenant' }, { limit: 1 })).toEqual(['t2']);
    const after = { afterJti: 't2', limit: 1 };
    expect(ids(await opened.store.live('acme', { by: 'tenant' }, NOW, after))).toEqual(['t3']);
    expect(await live({ by: 'grant', grantId: 'g2' })).toEqual(['t2']);
    expect(await live({ by: 'device', deviceId: 'laptop' })).toEqual([]);
    expect(await live({ by: 'subject', subject: { type: 'user', id: 'omar' } })).toEqual(['t3']);
  });

  test('revokes each token once, with one entry, whoever asks at the same time', async () => {
    await issue('t1');
    await issue('t2');
    const revoked = await Promise.all(
      [
        ['t1', 't2'],
        ['t2', 't1'],
        ['t1', 'nothing'],
      ].map((jtis) => opened.store.revoke('acme', jtis, revocation())),
    );
    expect(
      revoked
        .flat()
        .map(({ jti }) => jti)
        .sort(),
    ).toEqual(['t1', 't2']);
    expect(await opened.logged()).toBe(4);
    expect(await opened.store.find('acme', 't1')).toMatchObject({ revokedAtMs: NOW });
    expect(await opened.store.revoke('acme', [], revocation())).toEqual([]);
  });

  test('leaves a token alone whose revocation the log did not take', async () => {
    await issue('t1');
    opened.breakLog();
    await expect(opened.store.revoke('acme', ['t1'], revocation())).rejects.toThrow();
    expect((await opened.store.find('acme', 't1'))?.revokedAtMs).toBeUndefined();
  });

  test('revokes by grant what lives, and what the end of the grant cut short, nothing older', async () => {
    const grantIds = ['g1'];
    await issue('short', { grantIds, expiresAtMs: NOW + 30_000 });
    await issue('cut', { grantIds, expiresAtMs: NOW + 60_000 });
    await issue('other', { grantIds: ['g2'], expiresAtMs: NOW + 60_000 });
    const revoked = await opened.store.revokeByGrant('acme', 'g1', revocation(NOW + 3_600_000));
    expect(ids(revoked)).toEqual(['cut']);
    const early = await opened.store.revokeByGrant('acme', 'g1', revocation(NOW));
    expect(ids(early)).toEqual(['short']);
  });
});

function record(jti: string, changes: Partial<TokenRecord>): TokenRecord {
  const subject = { type: 'user', id: 'dana' };
  return {
    jti,
    decisionId: `decision-${jti}`,
    pep: 'gateway',
    subject,
    audience: 'prod-db',
    scope: 'read',
    grantIds: [],
    question: {
      subject,
      authn: { method: 'asserted', verified: false },
      actions: [{ name: 'read' }],
      resource: { type: 'database', id: 'prod', properties: { a: [1, { b: null }] } },
      context: { ip: '1.2.3.4', text: 'ü"\\' },
    },
    issuedAtMs: NOW,
    expiresAtMs: NOW + 300_000,
    ...changes,
  };
}

function entry(type: 'token.issued' | 'token.revoked', id: string): LogEntry {
  return {
    type,
    id,
    time: new Date(NOW).toISOString(),
    actor: 'pep:gateway',
    tokenId: id,
    subject: { type: 'user', id: 'dana' },
    grants: [],
    expiresAt: new Date(NOW).toISOString(),
  };
}

function openFake(): Promise<Opened> {
  const log = new AuditLogFake();
  return Promise.resolve({
    store: new FakeTokenStore(log, (id) => (id === 'g1' ? GRANT_END : undefined)),
    logged: () => Promise.resolve(log.entries('acme').length),
    breakLog: () => log.failWith(new Error('disk')),
    close: () => Promise.resolve(),
  });
}

async function openPostgres(): Promise<Opened> {
  const created = await createDatabase();
  const database = new Database({ url: created.url, poolSize: 6 });
  const log = new PostgresAuditLog(database);
  let isBroken = false;
  await database.rawTx('acme', (tx) =>
    tx.query(
      `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
       VALUES ('acme', 'g1', 'r1', 'user', 'dana', 'role', 'reader', $1, $2, 'active')`,
      [new Date(NOW), new Date(GRANT_END)],
    ),
  );
  const store = new PostgresTokenStore(database, {
    appendWithin: (tx, entries) =>
      isBroken ? Promise.reject(new Error('disk')) : log.appendWithin(tx, entries),
  });
  return {
    store,
    logged: async () => {
      const [head] = await database.rawTx('acme', (tx) =>
        tx.query<{ size: bigint }>('SELECT size FROM log_heads'),
      );
      return Number(head?.size ?? 0);
    },
    breakLog: () => {
      isBroken = true;
    },
    close: async () => {
      await log.close();
      await database.close();
      await created.drop();
    },
  };
}
