import * as bundle from './bundle-files.js';
import { utf8Decode } from './bytes.js';
import type { Checkpoint } from './checkpoint.js';
import { parseDecimal } from './decimal.js';
import { BundleError, type ExportManifest } from './export-manifest.js';
import { leafHash } from './merkle.js';
import { verifyInclusion } from './merkle-verify.js';
import { parseTlogProof, type TlogProof, TlogProofError } from './tlog-proof.js';
import { refusal } from './verdict.js';

/**
 * Checks that line i of the bundle is the entry that the log holds at the i-th index, for all of them. Throws BundleError
 * naming the first index that does not hold. The checkpoint must have been verified.
 */
export function checkEntries(
  files: bundle.BundleFiles,
  manifest: ExportManifest,
  checkpoint: Checkpoint,
): void {
  const lines = bundle.splitLines(bundle.getFile(files, bundle.ENTRIES_FILE));
  const note = utf8Decode(bundle.getFile(files, bundle.CHECKPOINT_FILE));
  const indexAt = readIndexes(files, manifest);
  for (let i = 0; i < manifest.count; i += 1) {
    const line = lines[i];
    const index = indexAt(i);
    if (line === undefined) throw new BundleError(`entry ${String(index)} is missing`, index);
    checkEntry(files, index, line, note, checkpoint);
  }
  if (lines.length > manifest.count) {
    const next = manifest.count === 0 ? 0 : indexAt(manifest.count - 1) + 1;
    throw new BundleError(
      `line ${String(manifest.count + 1)} of entries.ndjson, from index ${String(next)} on, is not in the manifest's count`,
      next,
    );
  }
}

function checkEntry(
  files: bundle.BundleFiles,
  index: number,
  entry: Uint8Array,
  note: string | undefined,
  checkpoint: Checkpoint,
): void {
  const fail = (reason: string): BundleError =>
    new BundleError(`entry ${String(index)}: ${reason}`, index);
  const bytes = files.get(bundle.proofFile(index));
  if (bytes === undefined) throw fail('its proof is missing');
  let proof: TlogProof;
  try {
    proof = parseTlogProof(utf8Decode(bytes) ?? '');
  } catch (error) {
    throw fail(`its proof can't be read: ${refusal(error, TlogProofError)}`);
  }
  if (proof.index !== index) throw fail(`its proof is for entry ${String(proof.index)}`);
  // One signature check serves all proofs, because all of them must hold the very checkpoint that was checked.
  if (proof.checkpoint !== note) throw fail('its proof leads to another checkpoint');
  const claim = {
    leafIndex: index,
    treeSize: checkpoint.size,
    leafHash: leafHash(entry),
    root: checkpoint.root,
  };
  if (!verifyInclusion({ ...claim, proof: proof.proof })) {
    throw fail(
      'the line does not hash to what the log holds here: it, or its proof, was changed, moved or left out',
    );
  }
}

/** Gives the index in the log of the i-th exported entry. Throws BundleError when `indexes.txt` does not fit the manifest. */
function readIndexes(files: bundle.BundleFiles, manifest: ExportManifest): (i: number) => number {
  const first = manifest.firstIndex ?? 0;
  if (manifest.contiguous) return (i) => first + i;
  const text = utf8Decode(bundle.getFile(files, bundle.INDEXES_FILE)) ?? '';
  const indexes = text.split('\n').slice(0, -1).map(parseDecimal);
  const ascends = indexes.every(
    (index, i) => index !== undefined && (i === 0 || index > (indexes[i - 1] ?? index)),
  );
  if (
    !text.endsWith('\n') ||
    !ascends ||
    indexes.length !== manifest.count ||
    indexes[0] !== first
  ) {
    throw new BundleError('indexes.txt does not list the counted entries in ascending order');
  }
  return (i) => indexes[i] ?? first;
}
