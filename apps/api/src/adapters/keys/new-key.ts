import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';

export interface NewKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly seed: Uint8Array;
}

/** A fresh Ed25519 key; `kid` is its RFC 7638 thumbprint. */
export async function newKey(): Promise<NewKey> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { d, x } = privateKey.export({ format: 'jwk' });
  if (typeof d !== 'string' || typeof x !== 'string') throw new Error('Ed25519 key without parts');
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x };
  const kid = await calculateJwkThumbprint(publicJwk);
  return { kid, publicJwk, seed: Buffer.from(d, 'base64url') };
}
