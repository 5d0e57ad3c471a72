import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  type BundleFiles,
  CHECKPOINT_FILE,
  ENTRIES_FILE,
  INDEXES_FILE,
  isOneLine,
  joinLines,
  MANIFEST_FILE,
  proofFile,
  README_FILE,
} from './bundle-files.js';
import { BUNDLE_README } from './bundle-readme.js';
import { utf8Encode } from './bytes.js';
import { verifyCheckpoint } from './checkpoint.js';
import {
  BUNDLE_FORMAT,
  BundleError,
  encodeManifest,
  type ExportManifest,
} from './export-manifest.js';
import { formatTlogProof } from './tlog-proof.js';
import { verifyBundle } from './verify-bundle.js';

/** One entry to export: where it is, the exact bytes that were logged, its inclusion proof to the checkpoint. */
export interface ExportedEntry {
  readonly index: number;
  readonly entry: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** What goes into a bundle. Entries in ascending order of index. */
export interface BundleContent extends Pick<
  ExportManifest,
  'vkey' | 'filter' | 'exportedBy' | 'exportedAt' | 'toolVersion'
> {
  /** The signed note that all proofs lead to. Its origin must be the name in the key. */
  readonly checkpoint: string;
  readonly entries: readonly ExportedEntry[];
}

/**
 * An evidence bundle that anyone can check without a network and without us. Throws BundleError for content that would not
 * verify (unsorted, without a fitting proof, an entry with a newline), NoteError or CheckpointError for a bad checkpoint.
 */
export function buildBundle(content: BundleContent): BundleFiles {
  const { checkpoint, entries, vkey } = content;
  const broken = entries.find(({ entry }) => !isOneLine(entry));
  if (broken) throw new BundleError('an entry must not contain a newline', broken.index);
  const files = new Map<string, Uint8Array>();
  files.set(README_FILE, utf8Encode(BUNDLE_README));
  files.set(CHECKPOINT_FILE, utf8Encode(checkpoint));
  files.set(ENTRIES_FILE, joinLines(entries.map(({ entry }) => entry)));
  if (!isContiguous(entries)) {
    files.set(INDEXES_FILE, joinLines(entries.map(({ index }) => utf8Encode(String(index)))));
  }
  for (const { index, proof } of entries) {
    files.set(proofFile(index), utf8Encode(formatTlogProof({ index, proof, checkpoint })));
  }
  const manifest = encodeManifest(describe(content, files));
  const result = new Map([[MANIFEST_FILE, manifest], ...files]);
  // Nobody should carry away evidence that breaks on the auditor's desk.
  const verdict = verifyBundle(result, vkey);
  if (!verdict.ok) throw new BundleError(verdict.reason, verdict.failingIndex);
  return result;
}

function describe(content: BundleContent, files: BundleFiles): ExportManifest {
  const { vkey, entries, filter, exportedBy, exportedAt, toolVersion } = content;
  const { origin, size } = verifyCheckpoint(content.checkpoint, vkey);
  return {
    format: BUNDLE_FORMAT,
    origin,
    vkey,
    treeSize: size,
    firstIndex: entries[0]?.index ?? null,
    count: entries.length,
    contiguous: isContiguous(entries),
    filter,
    exportedBy,
    exportedAt,
    toolVersion,
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, bytesToHex(sha256(bytes))])),
  };
}

function isContiguous(entries: readonly ExportedEntry[]): boolean {
  const first = entries[0]?.index ?? 0;
  return entries.every(({ index }, i) => index === first + i);
}
