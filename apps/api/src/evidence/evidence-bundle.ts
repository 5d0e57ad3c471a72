import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  BUNDLE_FORMAT,
  BUNDLE_README,
  CHECKPOINT_FILE,
  encodeManifest,
  ENTRIES_FILE,
  type ExportManifest,
  gapSubtrees,
  INDEXES_FILE,
  LEAF_HASHES_FILE,
  MANIFEST_FILE,
  PROOF_FILE,
  README_FILE,
  verifyCheckpoint,
} from '@sallyport/audit';
import { EntryRuns } from './entry-runs.js';
import type { ExportPlan } from './export-plan.js';
import type { CheckpointSource } from './log-keys.js';
import type { LogReader } from './log-reader.ports.js';
import type { TreeHashes } from './tree-hashes.js';
import { ZipStream } from './zip-stream.js';

/** One bundle: what is in it, and what its manifest states. */
export interface BundleOrder extends ExportPlan, CheckpointSource {
  readonly tenantId: string;
  readonly exportedBy: string;
  readonly exportedAt: Date;
  readonly toolVersion: string;
}

const INDEXES_PER_PART = 8_192;
/** Hashes of a proof between two looks at other requests. */
const HASHES_PER_PART = 256;

/** Writes the evidence bundle of libs/audit as a ZIP, some entries at a time, so that any size costs the same memory. */
export class BundleWriter {
  private readonly runs: EntryRuns;

  constructor(
    reader: LogReader,
    private readonly hashes: TreeHashes,
  ) {
    this.runs = new EntryRuns(reader);
  }

  /** `seal` is told the manifest's SHA-256 (hex) and awaited before the end of the archive leaves; without it nobody can open it. */
  async *write(
    order: BundleOrder,
    seal: (manifestSha256: string) => Promise<void>,
  ): AsyncGenerator<Uint8Array> {
    const { tenantId, checkpoint, entries, vkey } = order;
    // Nobody should carry away what the key that comes along does not verify.
    verifyCheckpoint(checkpoint.note, vkey);
    const zip = new ZipStream(order.exportedAt);
    yield* zip.file(README_FILE, [Buffer.from(BUNDLE_README)]);
    yield* zip.file(CHECKPOINT_FILE, [Buffer.from(checkpoint.note)]);
    yield* zip.file(ENTRIES_FILE, this.runs.lines(tenantId, entries), true);
    if (!entries.isContiguous) yield* zip.file(INDEXES_FILE, indexLines(entries), true);
    yield* zip.file(LEAF_HASHES_FILE, this.runs.leafHashes(tenantId, entries));
    yield* zip.file(PROOF_FILE, this.proof(order));
    const manifest = encodeManifest(manifestOf(order, zip.hashes));
    await seal(createHash('sha256').update(manifest).digest('hex'));
    yield* zip.file(MANIFEST_FILE, [manifest]);
    yield* zip.end();
  }

  /** The hashes of what lies between the entries, left to right. */
  private async *proof({ tenantId, checkpoint, entries }: BundleOrder): AsyncGenerator<Uint8Array> {
    const { size } = checkpoint;
    let part: Uint8Array[] = [];
    for (const subtree of gapsOf(entries, size)) {
      part.push(await this.hashes.subtreeRoot(tenantId, subtree, size));
      if (part.length < HASHES_PER_PART) continue;
      yield Buffer.concat(part);
      part = [];
      // They come from memory most of the time: other requests must get their turn.
      await nextTurn();
    }
    yield Buffer.concat(part);
  }
}

function* gapsOf(entries: ExportPlan['entries'], size: number) {
  if (entries.isContiguous) {
    const first = entries.first ?? 0;
    yield* gapSubtrees(0, first);
    yield* gapSubtrees(first + entries.count, size);
    return;
  }
  let from = 0;
  for (const index of entries) {
    yield* gapSubtrees(from, index);
    from = index + 1;
  }
  yield* gapSubtrees(from, size);
}

function* indexLines(entries: Iterable<number>): Generator<Buffer> {
  let lines: number[] = [];
  for (const index of entries) {
    if (lines.push(index) < INDEXES_PER_PART) continue;
    yield Buffer.from(`${lines.join('\n')}\n`);
    lines = [];
  }
  if (lines.length > 0) yield Buffer.from(`${lines.join('\n')}\n`);
}

function manifestOf(order: BundleOrder, files: ExportManifest['files']): ExportManifest {
  const { origin, vkey, checkpoint, entries, filter, exportedBy, exportedAt, toolVersion } = order;
  return {
    format: BUNDLE_FORMAT,
    origin,
    vkey,
    treeSize: checkpoint.size,
    firstIndex: entries.first ?? null,
    count: entries.count,
    contiguous: entries.isContiguous,
    filter,
    exportedBy,
    exportedAt: exportedAt.toISOString(),
    toolVersion,
    files,
  };
}
