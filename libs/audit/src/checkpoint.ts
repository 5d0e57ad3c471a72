import { decodeBase64, encodeBase64 } from './base64.js';
import { equalBytes, isWellFormed } from './bytes.js';
import { isCount, parseDecimal } from './decimal.js';
import { emptyRoot, isHash } from './merkle.js';
import { parseVkey } from './note-key.js';
import { type NoteSigner, signNote, type VerifiedNote, verifyNote } from './signed-note.js';

/** What a log says about itself: its name, how many entries it has, and the root over them. C2SP tlog-checkpoint. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** A checkpoint as read. We write no extension lines, but others may. */
export interface ParsedCheckpoint extends Checkpoint {
  readonly extensions: readonly string[];
}

/** A checkpoint that a trusted key signed, and which keys those were. */
export interface VerifiedCheckpoint extends ParsedCheckpoint {
  readonly verified: VerifiedNote['verified'];
}

/** A text that is no checkpoint, or the checkpoint of another log. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

const CONTROL = /[\u0000-\u001f]/;

/** The text that a log signs: origin, size and root, a line each. Throws CheckpointError for values that make none. */
export function formatCheckpointBody({ origin, size, root }: Checkpoint): string {
  if (origin === '' || CONTROL.test(origin) || !isWellFormed(origin)) {
    throw new CheckpointError('the origin is one line that is not empty');
  }
  if (!isCount(size)) throw new CheckpointError('the size is a non-negative safe integer');
  checkRoot(size, root);
  return `${origin}\n${String(size)}\n${encodeBase64(root)}\n`;
}

/** Reads a checkpoint's text; nothing is verified. Throws CheckpointError when it is malformed. C2SP tlog-checkpoint. */
export function parseCheckpointBody(text: string): ParsedCheckpoint {
  const [origin, sizeText, rootText, ...rest] = text.split('\n');
  const extensions = rest.slice(0, -1);
  if (!origin || rest.at(-1) !== '' || extensions.includes('') || CONTROL.test(origin)) {
    throw new CheckpointError('a checkpoint has at least three lines, none of them empty');
  }
  const size = parseDecimal(sizeText ?? '');
  if (size === undefined)
    throw new CheckpointError('the tree size is not a decimal that fits 2^53');
  const root = decodeBase64(rootText ?? '');
  if (root === undefined) throw new CheckpointError('the root is not base64');
  checkRoot(size, root);
  return { origin, size, root, extensions };
}

/** The checkpoint as a signed note. Throws CheckpointError or NoteError for values that make none. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  return signNote(formatCheckpointBody(checkpoint), signer);
}

/**
 * The checkpoint in a signed note, once the key's signature held and the origin is the expected one (by default the
 * key's name, as tlog-checkpoint recommends). Throws NoteError or CheckpointError otherwise.
 */
export function verifyCheckpoint(
  note: string | Uint8Array,
  vkey: string,
  origin: string = parseVkey(vkey).name,
): VerifiedCheckpoint {
  const { text, verified } = verifyNote(note, [vkey]);
  const checkpoint = parseCheckpointBody(text);
  if (checkpoint.origin !== origin) {
    throw new CheckpointError(`the checkpoint is of ${checkpoint.origin}, not of ${origin}`);
  }
  return { ...checkpoint, verified };
}

function checkRoot(size: number, root: Uint8Array): void {
  if (!isHash(root)) throw new CheckpointError('the root hash has 32 bytes');
  if (size === 0 && !equalBytes(root, emptyRoot())) {
    throw new CheckpointError('an empty tree has the root of the empty tree');
  }
}
