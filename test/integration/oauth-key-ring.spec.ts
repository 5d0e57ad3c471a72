import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import {
  type KeyRingOptions,
  PostgresKeyRing,
} from '../../apps/api/src/adapters/keys/postgres-key-ring.js';
import { SealError } from '../../apps/api/src/adapters/keys/sealed-seed.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

jest.setTimeout(60_000);

const masterKey = new Uint8Array(32).fill(3);

describe('the key ring in Postgres', () => {
  let created: TestDatabase;
  let database: Database;
  let nowMs: number;
  beforeEach(async () => {
    created = await createDatabase();
    database = new Database({ url: created.url, poolSize: 4 });
    nowMs = Date.parse('2026-11-22T10:00:00Z');
  });
  afterEach(async () => {
    await database.close();
    await created.drop();
  });
  const open = (options: Partial<KeyRingOptions> = {}) =>
    new PostgresKeyRing({ database, masterKey, clock: { nowMs: () => nowMs }, ...options });
  const states = async (ring: PostgresKeyRing) =>
    (await ring.publicKeys('_instance', 'token')).map(({ state }) => state);

  test('makes one active and one next key, however many processes ask first', async () => {
    const rings = Array.from({ length: 8 }, () => open());
    const keys = await Promise.all(rings.map((ring) => ring.signingKey('_instance', 'token')));
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
    expect((await states(open())).sort()).toEqual(['active', 'next']);
  });

  test('keeps the owners, and the purposes of one owner, apart', async () => {
    const ring = open();
    const kids = await Promise.all([
      ring.signingKey('_instance', 'token'),
      ring.signingKey('acme', 'log'),
      ring.signingKey('other', 'log'),
    ]);
    expect(new Set(kids.map(({ kid }) => kid)).size).toBe(3);
    await ring.rotate('acme', 'log');
    expect(await states(ring)).not.toContain('retired');
  });

  test('signs with the key that was next, and publishes the old one until its last signature has ended', async () => {
    const ring = open({ retiredMs: 3_600_000, cacheMs: 0 });
    const before = await ring.signingKey('_instance', 'token');
    const [next] = (await ring.publicKeys('_instance', 'token')).filter(
      ({ state }) => state === 'next',
    );
    await ring.rotate('_instance', 'token');
    const after = await ring.signingKey('_instance', 'token');
    expect(after.kid).toBe(next?.kid);
    expect((await states(ring)).sort()).toEqual(['active', 'next', 'retired']);
    nowMs += 3_599_000;
    const kids = (await ring.publicKeys('_instance', 'token')).map(({ kid }) => kid);
    expect(kids).toContain(before.kid);
    nowMs += 1_000;
    expect((await states(ring)).sort()).toEqual(['active', 'next']);
  });

  test('notices what another process rotated when its own memory is over', async () => {
    const [one, two] = [open({ cacheMs: 1_000 }), open()];
    const before = await one.signingKey('_instance', 'token');
    await two.rotate('_instance', 'token');
    expect((await one.signingKey('_instance', 'token')).kid).toBe(before.kid);
    nowMs += 1_000;
    const { kid } = await two.signingKey('_instance', 'token');
    expect((await one.signingKey('_instance', 'token')).kid).toBe(kid);
  });

  test('survives rotations at the same moment', async () => {
    const rings = Array.from({ length: 4 }, () => open());
    await Promise.all(rings.map((ring) => ring.rotate('_instance', 'token')));
    expect((await states(open())).sort()).toEqual([
      'active',
      'next',
      'retired',
      'retired',
      'retired',
      'retired',
    ]);
  });

  test('holds no private key that the database alone could read', async () => {
    const { rawPrivate } = await open().signingKey('_instance', 'token');
    const [row] = await database.rawTx('_instance', (tx) =>
      tx.query<{ text: string }>(
        `SELECT string_agg(k::text, ' ') || string_agg(encode(sealed_private, 'hex'), ' ') AS text FROM signing_keys k`,
      ),
    );
    expect(row?.text).not.toContain(Buffer.from(rawPrivate).toString('hex'));
    expect(row?.text).not.toContain(Buffer.from(rawPrivate).toString('base64url'));
  });

  test('does not open with another master key, nor makes up a new key then', async () => {
    const { kid } = await open().signingKey('_instance', 'token');
    const stranger = open({ masterKey: new Uint8Array(32).fill(4) });
    await expect(stranger.signingKey('_instance', 'token')).rejects.toThrow(SealError);
    expect((await open().signingKey('_instance', 'token')).kid).toBe(kid);
  });

  test('tries again after a failure', async () => {
    let isBroken = true;
    const ring = open({
      database: {
        rawTx: (owner, work) =>
          isBroken ? Promise.reject(new Error('down')) : database.rawTx(owner, work),
      },
    });
    await expect(ring.signingKey('_instance', 'token')).rejects.toThrow('down');
    isBroken = false;
    await expect(ring.signingKey('_instance', 'token')).resolves.toHaveProperty('kid');
  });
});
