import type { JWK } from 'jose';

export type KeyPurpose = 'token' | 'log';

/** Owner of keys that speak for the whole instance; every other owner is a tenant id. */
export const INSTANCE = '_instance';

/** A public Ed25519 key and where it stands in its life. */
export interface PublicKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly algorithm: 'EdDSA';
  readonly publicJwk: JWK;
  /** 32 bytes. */
  readonly rawPublic: Uint8Array;
  readonly state: 'next' | 'active' | 'retired';
}

export interface SigningKey extends PublicKey {
  /** 32-byte seed; never leaves the process. */
  readonly rawPrivate: Uint8Array;
}

/** The instance's signing keys: made on first use, sealed at rest, rotated with overlap. */
export abstract class KeyRing {
  /** The active key; the first call makes one. Safe against two processes at once. */
  abstract signingKey(owner: string, purpose: KeyPurpose): Promise<SigningKey>;
  /** What verifiers must accept: next, active, and retired keys until the last signature by them has ended. */
  abstract publicKeys(owner: string, purpose: KeyPurpose): Promise<readonly PublicKey[]>;
  /** Activates the next key, retires the active one, makes a new next. */
  abstract rotate(owner: string, purpose: KeyPurpose): Promise<void>;
}
