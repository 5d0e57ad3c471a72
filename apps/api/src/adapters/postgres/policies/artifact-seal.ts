import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * Tells the artifacts that this broker made from others: a keyed hash over tenant, version and bytes. An artifact decides what a version means, but unlike
 * its sources it is not what the version is the hash of; whoever can write to the database and does not hold the master key cannot slip one in.
 */
export class ArtifactSeal {
  private readonly key: Uint8Array;

  constructor(masterKey: Uint8Array) {
    const key = hkdfSync('sha256', masterKey, '', 'sallyport policy artifact 1', KEY_BYTES);
    this.key = new Uint8Array(key);
  }

  of(tenantId: string, version: string, bytes: Uint8Array): Uint8Array {
    const place = JSON.stringify([tenantId, version]);
    // The place has no line break: where it ends and the bytes begin is certain.
    return createHmac('sha256', this.key).update(`${place}\n`).update(bytes).digest();
  }

  isOf(seal: Uint8Array, tenantId: string, version: string, bytes: Uint8Array): boolean {
    const expected = this.of(tenantId, version, bytes);
    return seal.length === expected.length && timingSafeEqual(seal, expected);
  }
}
