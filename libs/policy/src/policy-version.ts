import type { PolicyBundle } from '@sallyport/contracts';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** What a version is the hash of: the sources by path, in order of the paths, and the schema. */
export function canonicalBundle(bundle: PolicyBundle): Uint8Array {
  const files = Object.entries(bundle.files).sort(([a], [b]) => (a < b ? -1 : 1));
  return utf8ToBytes(JSON.stringify(['sallyport-policy-bundle-1', files, bundle.schema ?? null]));
}

/** The content address of a bundle (design §4): SHA-256 of its canonical bytes, 64 hex digits. */
export function policyVersionId(bundle: PolicyBundle): string {
  return bytesToHex(sha256(canonicalBundle(bundle)));
}

/** SHA-256 of one policy's source text, 64 hex digits. */
export function policyTextHash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
