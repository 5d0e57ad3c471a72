import type { JWK } from 'jose';
import type { Clock } from '../../platform/clock.js';
import {
  KeyRing,
  type KeyPurpose,
  type PublicKey,
  type SigningKey,
} from '../../platform/key-ring.js';
import type { TenantTx } from '../../platform/sql.js';
import type { Database } from '../postgres/database.js';
import { newKey } from './new-key.js';
import { openSeed, sealSeed } from './sealed-seed.js';

export interface KeyRingOptions {
  readonly database: Pick<Database, 'rawTx'>;
  /** 32 bytes. */
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  /** How long this process goes on with what it read; a rotation elsewhere is noticed after it. */
  readonly cacheMs?: number;
  /** How long a retired key stays published: longer than any signature by it is trusted. */
  readonly retiredMs?: number;
}

interface Ring {
  readonly signing: SigningKey;
  readonly keys: readonly PublicKey[];
  readonly readAtMs: number;
}

interface Row {
  readonly kid: string;
  readonly public_jwk: JWK;
  readonly sealed_private: Uint8Array;
  readonly state: 'next' | 'active' | 'retired';
}

/** Keys in Postgres, private parts sealed under the master key. An advisory lock orders processes that create or rotate. */
export class PostgresKeyRing extends KeyRing {
  private readonly rings = new Map<string, Promise<Ring>>();
  private readonly cacheMs: number;
  private readonly retiredMs: number;

  constructor(private readonly options: KeyRingOptions) {
    super();
    this.cacheMs = options.cacheMs ?? 10_000;
    this.retiredMs = options.retiredMs ?? 86_400_000;
  }

  async signingKey(owner: string, purpose: KeyPurpose): Promise<SigningKey> {
    return (await this.ring(owner, purpose)).signing;
  }

  async publicKeys(owner: string, purpose: KeyPurpose): Promise<readonly PublicKey[]> {
    return (await this.ring(owner, purpose)).keys;
  }

  async rotate(owner: string, purpose: KeyPurpose): Promise<void> {
    await this.locked(owner, purpose, async (tx) => {
      await this.ensure(tx, owner, purpose);
      const now = new Date(this.options.clock.nowMs());
      await tx.query(
        `UPDATE signing_keys SET state = 'retired', retired_at = $2 WHERE purpose = $1 AND state = 'active'`,
        [purpose, now],
      );
      await tx.query(
        `UPDATE signing_keys SET state = 'active', activated_at = $2 WHERE purpose = $1 AND state = 'next'`,
        [purpose, now],
      );
      await this.insert(tx, owner, purpose, 'next');
    });
    this.rings.delete(ringKey(owner, purpose));
  }

  /** One read at a time per ring; a failed one is not remembered. */
  private async ring(owner: string, purpose: KeyPurpose): Promise<Ring> {
    const key = ringKey(owner, purpose);
    const known = this.rings.get(key);
    if (known) {
      const ring = await known;
      if (this.options.clock.nowMs() - ring.readAtMs < this.cacheMs) return ring;
      if (this.rings.get(key) === known) this.rings.delete(key);
    }
    const reading = this.rings.get(key) ?? this.read(owner, purpose);
    this.rings.set(key, reading);
    reading.catch(() => {
      if (this.rings.get(key) === reading) this.rings.delete(key);
    });
    return reading;
  }

  private async read(owner: string, purpose: KeyPurpose): Promise<Ring> {
    const rows = await this.locked(owner, purpose, async (tx) => {
      await this.ensure(tx, owner, purpose);
      return this.published(tx, purpose);
    });
    const keys = rows.map(publicKey);
    const active = rows.find(({ state }) => state === 'active');
    if (!active) throw new Error(`no active ${purpose} key of ${owner}`);
    const rawPrivate = openSeed(active.sealed_private, this.options.masterKey, {
      owner,
      purpose,
      kid: active.kid,
    });
    const signing = { ...publicKey(active), rawPrivate };
    return { signing, keys, readAtMs: this.options.clock.nowMs() };
  }

  private published(tx: TenantTx, purpose: KeyPurpose): Promise<Row[]> {
    const retiredAfter = new Date(this.options.clock.nowMs() - this.retiredMs);
    return tx.query<Row>(
      `SELECT kid, public_jwk, sealed_private, state FROM signing_keys
       WHERE purpose = $1 AND (state <> 'retired' OR retired_at > $2) ORDER BY created_at, kid`,
      [purpose, retiredAfter],
    );
  }

  /** The next key is published as soon as the active one is, so that verifiers know it long before it signs. */
  private async ensure(tx: TenantTx, owner: string, purpose: KeyPurpose): Promise<void> {
    const rows = await tx.query<{ state: string }>(
      `SELECT state FROM signing_keys WHERE purpose = $1 AND state IN ('active', 'next')`,
      [purpose],
    );
    for (const state of ['active', 'next'] as const) {
      if (!rows.some((row) => row.state === state)) await this.insert(tx, owner, purpose, state);
    }
  }

  private async insert(
    tx: TenantTx,
    owner: string,
    purpose: KeyPurpose,
    state: 'active' | 'next',
  ): Promise<void> {
    const { kid, publicJwk, seed } = await newKey();
    const sealed = sealSeed(seed, this.options.masterKey, { owner, kid, purpose });
    const now = new Date(this.options.clock.nowMs());
    await tx.query(
      `INSERT INTO signing_keys
         (tenant_id, kid, purpose, algorithm, public_jwk, sealed_private, state, created_at, activated_at)
       VALUES ($1, $2, $3, 'EdDSA', $4, $5, $6, $7, $8)`,
      [
        owner,
        kid,
        purpose,
        JSON.stringify(publicJwk),
        Buffer.from(sealed),
        state,
        now,
        state === 'active' ? now : null,
      ],
    );
  }

  private locked<T>(
    owner: string,
    purpose: KeyPurpose,
    work: (tx: TenantTx) => Promise<T>,
  ): Promise<T> {
    return this.options.database.rawTx(owner, async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
        `signing-keys ${ringKey(owner, purpose)}`,
      ]);
      return work(tx);
    });
  }
}

function publicKey({ kid, public_jwk: publicJwk, state }: Row): PublicKey {
  const rawPublic = Buffer.from(publicJwk.x ?? '', 'base64url');
  return { kid, algorithm: 'EdDSA', publicJwk, rawPublic, state };
}

function ringKey(owner: string, purpose: KeyPurpose): string {
  return `${owner}/${purpose}`;
}
