import * as bundle from './bundle-files.js';
import { type BundleCaveat, caveatsOf } from './bundle-caveats.js';
import { CheckpointError, type VerifiedCheckpoint, verifyCheckpoint } from './checkpoint.js';
import { BundleError, decodeManifest, type ExportManifest } from './export-manifest.js';
import { NoteError } from './note-error.js';
import { HashedFiles } from './hashed-files.js';
import { type CreateSha256, createSha256 } from './sha256.js';
import { refusal, type VerdictStep } from './verdict.js';
import { checkEntries } from './verify-bundle-entries.js';
import { signers } from './verify-tlog-proof.js';

/**
 * The steps in their order. Entries come before file hashes, so that a changed entry is named by its index rather than
 * as a changed file.
 */
export type BundleStep = 'manifest' | 'checkpoint' | 'entries' | 'files';

/** Steps after a failed one were not taken. */
export type BundleVerdict =
  | {
      readonly ok: true;
      readonly steps: readonly VerdictStep<BundleStep>[];
      /** What the proof does not show. Show it wherever the verdict is shown. */
      readonly caveats: readonly BundleCaveat[];
      readonly manifest: ExportManifest;
      readonly checkpoint: VerifiedCheckpoint;
    }
  | {
      readonly ok: false;
      readonly steps: readonly VerdictStep<BundleStep>[];
      readonly failedStep: BundleStep;
      readonly reason: string;
      /** Index in the log of the first entry that does not hold, where the fault is an entry's. */
      readonly failingIndex?: number;
    };

/**
 * Checks an evidence bundle without a network, in memory that does not grow with it: the checkpoint's signature, that the
 * entries lead to its root, the count, and every file's hash. `vkey` is the log's key from a source that the auditor
 * trusts; without it the manifest's own is used, and a caveat says so. Never rejects for a bad bundle or key; what the
 * source throws itself, it passes on.
 */
export async function verifyBundle(
  source: bundle.BundleSource,
  vkey?: string,
  sha256: CreateSha256 = createSha256,
): Promise<BundleVerdict> {
  const steps: VerdictStep<BundleStep>[] = [];
  const pass = (name: BundleStep, detail: string): void => {
    steps.push({ name, ok: true, detail });
  };
  const files = new HashedFiles(source, sha256);
  let step: BundleStep = 'manifest';
  try {
    const manifestBytes = await bundle.readSmallFile(files, bundle.MANIFEST_FILE);
    const manifest = decodeManifest(manifestBytes);
    const manifestSha256 = await files.sha256(bundle.MANIFEST_FILE);
    pass(
      'manifest',
      `manifest.json (SHA-256 ${manifestSha256}) names ${String(manifest.count)} entries`,
    );
    step = 'checkpoint';
    const checkpoint = await checkCheckpoint(files, manifest, vkey);
    pass(
      'checkpoint',
      `tree size ${String(checkpoint.size)}, signed by ${signers(checkpoint.verified)}`,
    );
    step = 'entries';
    await checkEntries(files, manifest, checkpoint, sha256);
    pass('entries', `${String(manifest.count)} entries are in the log at their indexes`);
    step = 'files';
    await checkFiles(files, manifest);
    pass('files', `${String(files.names.length)} files, none missing, changed or added`);
    return {
      ok: true,
      steps,
      caveats: caveatsOf(manifest, manifestSha256, vkey),
      manifest,
      checkpoint,
    };
  } catch (error) {
    return failed(steps, step, error);
  }
}

function failed(
  steps: readonly VerdictStep<BundleStep>[],
  failedStep: BundleStep,
  error: unknown,
): BundleVerdict {
  const reason = refusal(error, BundleError, CheckpointError, NoteError);
  const failingIndex = error instanceof BundleError ? error.failingIndex : undefined;
  return {
    ok: false,
    steps: [...steps, { name: failedStep, ok: false, detail: reason }],
    failedStep,
    reason,
    ...(failingIndex !== undefined && { failingIndex }),
  };
}

async function checkCheckpoint(
  files: bundle.BundleSource,
  manifest: ExportManifest,
  vkey: string | undefined,
): Promise<VerifiedCheckpoint> {
  const note = await bundle.readSmallFile(files, bundle.CHECKPOINT_FILE);
  // The key, not the manifest, says which log this must be.
  const checkpoint = verifyCheckpoint(note, vkey ?? manifest.vkey);
  if (checkpoint.origin !== manifest.origin) {
    throw new BundleError('the manifest names another log than the checkpoint');
  }
  if (checkpoint.size !== manifest.treeSize) {
    throw new BundleError('the manifest gives another tree size than the checkpoint');
  }
  return checkpoint;
}

async function checkFiles(files: HashedFiles, manifest: ExportManifest): Promise<void> {
  const expected = new Map(Object.entries(manifest.files));
  for (const name of files.names) {
    if (name === bundle.MANIFEST_FILE) continue;
    const hash = expected.get(name);
    if (hash === undefined) throw new BundleError(`${name} is not in the manifest`);
    if (hash !== (await files.sha256(name)))
      throw new BundleError(`${name} was changed: its SHA-256 differs`);
    expected.delete(name);
  }
  for (const name of expected.keys()) throw new BundleError(`${name} is missing`);
}
