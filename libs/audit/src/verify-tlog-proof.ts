import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes } from './bytes.js';
import {
  CheckpointError,
  type ParsedCheckpoint,
  parseCheckpointBody,
  verifyCheckpoint,
} from './checkpoint.js';
import { leafHash } from './merkle.js';
import { rootFromInclusion } from './merkle-verify.js';
import { NoteError } from './note-error.js';
import { parseTlogProof, type TlogProof, TlogProofError } from './tlog-proof.js';
import { refusal, type VerdictStep } from './verdict.js';

/** The steps in their order: the file is read, the entry hashed, led to a root, the root compared, its signature checked. */
export type TlogProofStep = 'file' | 'leaf' | 'path' | 'root' | 'signature';

/** Steps after a failed one were not taken. */
export type TlogProofVerdict =
  | {
      readonly ok: true;
      readonly steps: readonly VerdictStep<TlogProofStep>[];
      readonly index: number;
      readonly checkpoint: ParsedCheckpoint;
    }
  | {
      readonly ok: false;
      readonly steps: readonly VerdictStep<TlogProofStep>[];
      readonly failedStep: TlogProofStep;
      readonly reason: string;
    };

export interface TlogProofQuestion {
  readonly proofText: string;
  /** The exact bytes that are claimed to be in the log. */
  readonly entry: Uint8Array;
  /** The log's key, from a source that the asker trusts. */
  readonly vkey: string;
  /** The log's name; by default the name in the key. */
  readonly origin?: string;
  /** Where the entry should be; when given, a proof for another place fails, even for the same bytes. */
  readonly expectedIndex?: number;
}

/** Does this proof show that the entry is in the log? Answers step by step and never throws on a bad proof or key. */
export function verifyTlogProof(question: TlogProofQuestion): TlogProofVerdict {
  const steps: VerdictStep<TlogProofStep>[] = [];
  const pass = (name: TlogProofStep, detail: string): void => {
    steps.push({ name, ok: true, detail });
  };
  let step: TlogProofStep = 'file';
  try {
    const { proof, claimed } = readClaims(question);
    pass('file', `entry ${String(proof.index)} of ${String(claimed.size)} in ${claimed.origin}`);
    step = 'leaf';
    const leaf = leafHash(question.entry);
    pass('leaf', `${String(question.entry.length)} bytes hash to leaf ${bytesToHex(leaf)}`);
    step = 'path';
    const root = pathRoot(proof, claimed, leaf);
    pass(
      'path',
      `${String(proof.proof.length)} hashes lead from the leaf to root ${bytesToHex(root)}`,
    );
    step = 'root';
    if (!equalBytes(root, claimed.root)) {
      throw new TlogProofError(`the checkpoint has another root: ${bytesToHex(claimed.root)}`);
    }
    pass('root', 'that is the root in the checkpoint');
    step = 'signature';
    const checkpoint = verifyCheckpoint(proof.checkpoint, question.vkey, question.origin);
    pass('signature', `the checkpoint is signed by ${signers(checkpoint.verified)}`);
    return { ok: true, steps, index: proof.index, checkpoint };
  } catch (error) {
    const reason = refusal(error, TlogProofError, CheckpointError, NoteError);
    return {
      ok: false,
      steps: [...steps, { name: step, ok: false, detail: reason }],
      failedStep: step,
      reason,
    };
  }
}

/** The keys behind a verified note, for people. */
export function signers(verified: readonly { name: string; keyId: string }[]): string {
  return verified.map(({ name, keyId }) => `${name} (key ${keyId})`).join(', ');
}

function readClaims({ proofText, expectedIndex }: TlogProofQuestion): {
  proof: TlogProof;
  claimed: ParsedCheckpoint;
} {
  const proof = parseTlogProof(proofText);
  if (expectedIndex !== undefined && proof.index !== expectedIndex) {
    throw new TlogProofError(
      `the proof is for entry ${String(proof.index)}, not for entry ${String(expectedIndex)}`,
    );
  }
  // What the checkpoint claims is needed for the path; whether it was signed is the last step.
  const end = proof.checkpoint.lastIndexOf('\n\n');
  return { proof, claimed: parseCheckpointBody(proof.checkpoint.slice(0, end + 1)) };
}

function pathRoot(proof: TlogProof, claimed: ParsedCheckpoint, leaf: Uint8Array): Uint8Array {
  const root = rootFromInclusion({
    leafIndex: proof.index,
    treeSize: claimed.size,
    leafHash: leaf,
    proof: proof.proof,
  });
  if (root === undefined) {
    throw new TlogProofError(
      `${String(proof.proof.length)} hashes are no path from entry ${String(proof.index)} of ${String(claimed.size)}`,
    );
  }
  return root;
}
