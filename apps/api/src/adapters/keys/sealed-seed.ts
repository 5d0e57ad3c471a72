import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Which key a sealed seed belongs to: authenticated with it, so that a seed cannot be moved to another row. */
export interface SeedPlace {
  readonly owner: string;
  readonly kid: string;
  readonly purpose: string;
}

/** The master key does not open this seed, or somebody changed it. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

/** AES-256-GCM under the 32-byte master key: version ‖ nonce ‖ ciphertext ‖ tag. */
export function sealSeed(seed: Uint8Array, masterKey: Uint8Array, place: SeedPlace): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, masterKey, nonce).setAAD(placeBytes(place));
  const sealed = Buffer.concat([cipher.update(seed), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, sealed, cipher.getAuthTag()]);
}

/** Throws SealError unless `masterKey` sealed exactly this for exactly this place. */
export function openSeed(sealed: Uint8Array, masterKey: Uint8Array, place: SeedPlace): Uint8Array {
  const bytes = Buffer.from(sealed);
  if (bytes.length <= 1 + NONCE_BYTES + TAG_BYTES || bytes[0] !== VERSION) {
    throw new SealError(`the sealed key ${place.kid} is of an unknown format`);
  }
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, masterKey, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(placeBytes(place)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const ciphertext = bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch (cause) {
    throw new SealError(`the master key does not open the key ${place.kid}`, { cause });
  }
}

function placeBytes({ owner, kid, purpose }: SeedPlace): Buffer {
  return Buffer.from(`${owner}|${kid}|${purpose}`);
}
