import {
  canonicalJson,
  CanonicalJsonError,
  decodeEntry,
  EntryFormatError,
  EntryTooLargeError,
  verifyTlogProof,
  type TlogProofStep,
} from '@sallyport/audit';
import type { Entry, EntryProof } from '../graphql-types.js';

export type CheckName = 'shown' | TlogProofStep;

/** One step of the verification, as it came out. */
export interface Check {
  readonly name: CheckName;
  readonly ok: boolean;
  /** What was found. May quote what is checked: shown as text, never as markup. */
  readonly detail: string;
}

export type Verification =
  | {
      readonly ok: true;
      readonly checks: readonly Check[];
      readonly index: number;
      readonly treeSize: number;
    }
  | { readonly ok: false; readonly checks: readonly Check[]; readonly reason: string };

/**
 * Verifies, with nothing but what this browser holds, that the entry as the screen shows it is in the log that the key
 * signed for: the logged bytes say what is shown, hash to a leaf, and the proof leads to a signed checkpoint.
 */
export function verifyEntry(
  shown: Pick<Entry, 'id' | 'index' | 'raw'>,
  proof: EntryProof,
): Verification {
  const bytes = bytesOf(proof.entry);
  const first = sameAsShown(shown, bytes);
  if (!first.ok || bytes === undefined) return { ok: false, checks: [first], reason: first.detail };
  const verdict = verifyTlogProof({
    proofText: proof.proof,
    entry: bytes,
    vkey: proof.vkey,
    origin: proof.origin,
    expectedIndex: shown.index,
  });
  const checks = [first, ...verdict.steps];
  if (!verdict.ok) return { ok: false, checks, reason: verdict.reason };
  return { ok: true, checks, index: verdict.index, treeSize: verdict.checkpoint.size };
}

/** Bytes of a base64 text, or undefined when it is none. */
export function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function sameAsShown(shown: Pick<Entry, 'id' | 'raw'>, bytes: Uint8Array | undefined): Check {
  const fail = (detail: string): Check => ({ name: 'shown', ok: false, detail });
  if (bytes === undefined) return fail('the broker sent no readable bytes');
  try {
    const logged = decodeEntry(bytes);
    if (logged['id'] !== shown.id)
      return fail(`the logged bytes are entry ${String(logged['id'])}, not ${shown.id}`);
    if (!isEqual(canonicalJson(shown.raw), bytes))
      return fail('the logged bytes say something else than this page shows');
  } catch (error) {
    if (
      error instanceof EntryFormatError ||
      error instanceof EntryTooLargeError ||
      error instanceof CanonicalJsonError
    ) {
      return fail(error.message);
    }
    throw error;
  }
  return {
    name: 'shown',
    ok: true,
    detail: `the ${bytes.length} logged bytes say exactly what this page shows`,
  };
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
