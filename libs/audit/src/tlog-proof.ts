import { decodeBase64, encodeBase64 } from './base64.js';
import { isCount, parseDecimal } from './decimal.js';
import { isHash } from './merkle.js';
import { MAX_NOTE_BYTES } from './signed-note.js';

/** A proof, good without a network, that an entry is in a log. C2SP tlog-proof. */
export interface TlogProof {
  readonly index: number;
  /** Inclusion proof, sibling of the leaf first. */
  readonly proof: readonly Uint8Array[];
  /** The checkpoint that the proof leads to, as a signed note, unchanged. */
  readonly checkpoint: string;
  /** Opaque and not authenticated: never trust it. */
  readonly extra?: Uint8Array;
}

/** A file that is no tlog-proof, or values that make none. */
export class TlogProofError extends Error {
  override readonly name = 'TlogProofError';
}

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_PROOF_HASHES = 63;
/** Room for a checkpoint, a proof and as much extra data as a checkpoint. */
const MAX_PROOF_LENGTH = 2 * MAX_NOTE_BYTES;

/** The text of a `.tlog-proof` file. Throws TlogProofError for values that make none. */
export function formatTlogProof({ index, proof, checkpoint, extra }: TlogProof): string {
  if (!isCount(index)) throw new TlogProofError('the index is a non-negative safe integer');
  if (proof.length > MAX_PROOF_HASHES || !proof.every(isHash)) {
    throw new TlogProofError('the proof is at most 63 hashes of 32 bytes');
  }
  if (checkpoint === '') throw new TlogProofError('the checkpoint is empty');
  const lines = [HEADER];
  if (extra !== undefined) lines.push(`extra ${encodeBase64(extra)}`);
  lines.push(`index ${String(index)}`, ...proof.map(encodeBase64));
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Reads a `.tlog-proof` file; nothing is verified. Throws TlogProofError when it is malformed. C2SP tlog-proof, "Format". */
export function parseTlogProof(text: string): TlogProof {
  if (text.length > MAX_PROOF_LENGTH) throw new TlogProofError('the file is too large');
  const split = text.indexOf('\n\n');
  if (split === -1) throw new TlogProofError('there is no empty line before the checkpoint');
  const [header, ...lines] = text.slice(0, split).split('\n');
  if (header !== HEADER) throw new TlogProofError(`the first line is not ${HEADER}`);
  const extra = parseExtra(lines);
  const index = parseIndex(lines.shift());
  const checkpoint = text.slice(split + 2);
  if (checkpoint === '') throw new TlogProofError('the checkpoint is missing');
  if (lines.length > MAX_PROOF_HASHES)
    throw new TlogProofError('the proof has more than 63 hashes');
  return { index, proof: lines.map(parseHash), checkpoint, ...(extra && { extra }) };
}

/** Takes the optional line of extra data off the front. */
function parseExtra(lines: string[]): Uint8Array | undefined {
  if (!lines[0]?.startsWith('extra ')) return undefined;
  const extra = decodeBase64((lines.shift() ?? '').slice('extra '.length));
  if (extra === undefined) throw new TlogProofError('the extra data is not base64');
  return extra;
}

function parseIndex(line: string | undefined): number {
  const index = line?.startsWith('index ') ? parseDecimal(line.slice('index '.length)) : undefined;
  if (index === undefined) throw new TlogProofError('the index line is missing or is no decimal');
  return index;
}

function parseHash(line: string): Uint8Array {
  const hash = decodeBase64(line);
  if (hash === undefined || !isHash(hash))
    throw new TlogProofError('a proof line is not a base64 hash');
  return hash;
}
