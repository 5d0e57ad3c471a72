import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { CompactRange, signCheckpoint, verifyConsistency } from '@sallyport/audit';
import type { Clock } from '../platform/clock.js';
import type { KeyRing, SigningKey } from '../platform/key-ring.js';
import type { CheckpointStore, UnsignedHead } from './checkpoint.ports.js';
import { logOrigin } from './log-keys.js';
import { LogDamagedError, type PublishedCheckpoint } from './log-reader.ports.js';
import type { TreeHashes } from './tree-hashes.js';

/**
 * Signs what has grown. A signature is a promise that the log only ever grew: before it is given, the head must be the
 * root of its own frontier, and a consistency proof from the last signed tree to it must hold.
 */
export class CheckpointSigner {
  constructor(
    private readonly store: CheckpointStore,
    private readonly hashes: TreeHashes,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
    private readonly publicUrl: string,
  ) {}

  /** Publishes a checkpoint when there is something new to cover. Rejects with LogDamagedError instead of signing a fork. */
  async sign(tenantId: string): Promise<PublishedCheckpoint | undefined> {
    return this.store.publish(tenantId, async (head) => {
      await this.refuseFork(tenantId, head);
      const key = await this.keys.signingKey(tenantId, 'log');
      const { size, root } = head;
      const origin = logOrigin(this.publicUrl, tenantId);
      const note = signCheckpoint({ origin, size, root }, noteSigner(origin, key));
      return { size, root, note, signedAt: new Date(this.clock.nowMs()) };
    });
  }

  private async refuseFork(tenantId: string, head: UnsignedHead): Promise<void> {
    const root = CompactRange.fromBytes(head.size, head.frontier).root();
    if (Buffer.compare(root, head.root) !== 0) {
      throw new LogDamagedError('the root in the log head is not the root of its frontier');
    }
    const { last } = head;
    if (!last || last.size === 0) return;
    const proof = await this.hashes.consistencyProof(tenantId, last.size, head.size);
    const claim = { size1: last.size, size2: head.size, root1: last.root, root2: head.root };
    if (!verifyConsistency({ ...claim, proof })) {
      throw new LogDamagedError(
        `the log of size ${String(head.size)} does not extend the signed one of size ${String(last.size)}`,
      );
    }
  }
}

/** Node's own Ed25519 signs; the library verifies the result before it lets it go. */
function noteSigner(name: string, { rawPrivate, rawPublic }: SigningKey) {
  const key = privateKey(rawPrivate, rawPublic);
  return {
    name,
    publicKey: rawPublic,
    sign: (message: Uint8Array) => new Uint8Array(sign(null, message, key)),
  };
}

function privateKey(seed: Uint8Array, publicKey: Uint8Array): KeyObject {
  const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: encode(seed), x: encode(publicKey) };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}
