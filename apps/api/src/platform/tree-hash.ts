import { hash } from 'node:crypto';

/** Length in bytes of a SHA-256. */
const HASH_BYTES = 32;
const NODE_PREFIX = 1;

// One buffer for all inner nodes: hashing is synchronous, so nobody else sees it half-filled.
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX);

/**
 * SHA-256 of `bytes`, written into `out` at `at`. The tree's hashes by OpenSSL, for the server, where every decision waits
 * for two of them; libs/audit computes the same anywhere.
 */
export function sha256Into(bytes: Uint8Array, out: Buffer, at: number): void {
  // OpenSSL's one-shot call hands out a string in half the time that it takes to make a Buffer.
  out.write(hash('sha256', bytes, 'binary'), at, 'latin1');
}

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 9162 §2.1.1. Throws RangeError unless both are 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  // A shorter input would leave bytes of an earlier node in the buffer.
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
    throw new RangeError('a tree node joins two 32-byte hashes');
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  const out = Buffer.allocUnsafe(HASH_BYTES);
  sha256Into(nodeInput, out, 0);
  return out;
}

/** The same within one buffer: of the two hashes at byte `from`, written at byte `at`. A proof makes some dozens, and no garbage of them. */
export function joinNodes(hashes: Buffer, from: number, at: number): void {
  // Byte by byte: to copy, a Buffer makes a view first.
  for (let n = 0; n < 2 * HASH_BYTES; n += 1) nodeInput[n + 1] = hashes[from + n] ?? 0;
  sha256Into(nodeInput, hashes, at);
}
