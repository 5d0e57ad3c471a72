import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import {
  KeyRing,
  type KeyPurpose,
  type PublicKey,
  type SigningKey,
} from '../../platform/key-ring.js';

/** Keys in memory, for tests. */
export class FakeKeyRing extends KeyRing {
  private readonly rings = new Map<string, SigningKey[]>();

  async signingKey(owner: string, purpose: KeyPurpose): Promise<SigningKey> {
    const ring = await this.ring(owner, purpose);
    const active = ring.find(({ state }) => state === 'active');
    if (!active) throw new Error('no active key');
    return active;
  }

  publicKeys(owner: string, purpose: KeyPurpose): Promise<readonly PublicKey[]> {
    return this.ring(owner, purpose);
  }

  async rotate(owner: string, purpose: KeyPurpose): Promise<void> {
    const ring = await this.ring(owner, purpose);
    const turned = ring.map((key) => ({
      ...key,
      state: key.state === 'next' ? ('active' as const) : ('retired' as const),
    }));
    this.rings.set(`${owner}/${purpose}`, [...turned, await newKey('next')]);
  }

  private async ring(owner: string, purpose: KeyPurpose): Promise<SigningKey[]> {
    const name = `${owner}/${purpose}`;
    const ring = this.rings.get(name) ?? [await newKey('active'), await newKey('next')];
    this.rings.set(name, ring);
    return ring;
  }
}

async function newKey(state: SigningKey['state']): Promise<SigningKey> {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x };
  return {
    kid: await calculateJwkThumbprint(publicJwk),
    algorithm: 'EdDSA',
    publicJwk,
    rawPublic: Buffer.from(x, 'base64url'),
    rawPrivate: Buffer.from(d, 'base64url'),
    state,
  };
}
