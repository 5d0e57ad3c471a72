import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  BUNDLE_FORMAT,
  buildBundle,
  CHECKPOINT_FILE,
  encodeManifest,
  ENTRIES_FILE,
  type ExportManifest,
  formatTlogProof,
  INDEXES_FILE,
  joinLines,
  MANIFEST_FILE,
  proofFile,
  README_FILE,
} from '@sallyport/audit';
import type { ExportPlan } from './export-plan.js';
import type { CheckpointSource } from './log-keys.js';
import { LogDamagedError, type LogReader } from './log-reader.ports.js';
import type { TreeHashes } from './tree-hashes.js';
import { ZipStream } from './zip-stream.js';

/** One bundle: what is in it, and what its manifest states. */
export interface BundleOrder extends ExportPlan, CheckpointSource {
  readonly tenantId: string;
  readonly exportedBy: string;
  readonly exportedAt: Date;
  readonly toolVersion: string;
}

/** Segments hold many entries: reading them in larger steps opens each fewer times. */
const ENTRIES_PER_READ = 256;
const PROOFS_PER_TURN = 64;

/** Writes the evidence bundle of libs/audit as a ZIP, a few entries at a time, so that any size costs little memory. */
export class BundleWriter {
  constructor(
    private readonly reader: LogReader,
    private readonly hashes: TreeHashes,
  ) {}

  /** `seal` is told the manifest's SHA-256 (hex) and awaited before the end of the archive leaves; without it nobody can open it. */
  async *write(
    order: BundleOrder,
    seal: (manifestSha256: string) => Promise<void>,
  ): AsyncGenerator<Uint8Array> {
    const { checkpoint, indexes, isContiguous } = order;
    const zip = new ZipStream(order.exportedAt);
    // The files that every bundle has, from the library; building them also verifies the checkpoint with its key.
    const frame = buildBundle({ ...statement(order), checkpoint: checkpoint.note, entries: [] });
    for (const name of [README_FILE, CHECKPOINT_FILE]) {
      yield* zip.file(name, [frame.get(name) ?? new Uint8Array()]);
    }
    yield* zip.file(ENTRIES_FILE, this.lines(order), true);
    if (!isContiguous) {
      const lines = indexes.map((index) => Buffer.from(String(index)));
      yield* zip.file(INDEXES_FILE, [joinLines(lines)]);
    }
    for (const [place, index] of indexes.entries()) {
      // Proofs come from memory most of the time: other requests must get their turn.
      if (place % PROOFS_PER_TURN === 0) await nextTurn();
      yield* zip.file(proofFile(index), [await this.proof(order, index)]);
    }
    const manifest = encodeManifest(manifestOf(order, zip.hashes));
    await seal(createHash('sha256').update(manifest).digest('hex'));
    yield* zip.file(MANIFEST_FILE, [manifest]);
    yield* zip.end();
  }

  private async *lines({ tenantId, indexes }: BundleOrder): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < indexes.length; at += ENTRIES_PER_READ) {
      const step = indexes.slice(at, at + ENTRIES_PER_READ);
      const entries = await this.reader.entriesAt(tenantId, step);
      yield joinLines(
        step.map((index) => {
          const entry = entries.get(index);
          if (!entry) throw new LogDamagedError(`entry ${String(index)} is gone`);
          return entry;
        }),
      );
    }
  }

  private async proof({ tenantId, checkpoint }: BundleOrder, index: number): Promise<Uint8Array> {
    const { size, note } = checkpoint;
    const proof = await this.hashes.inclusionProof(tenantId, index, size);
    return Buffer.from(formatTlogProof({ index, proof, checkpoint: note }));
  }
}

function manifestOf(order: BundleOrder, files: ExportManifest['files']): ExportManifest {
  const { origin, checkpoint, indexes, isContiguous } = order;
  return {
    format: BUNDLE_FORMAT,
    origin,
    treeSize: checkpoint.size,
    firstIndex: indexes[0] ?? null,
    count: indexes.length,
    contiguous: isContiguous,
    files,
    ...statement(order),
  };
}

function statement({ vkey, filter, exportedBy, exportedAt, toolVersion }: BundleOrder) {
  return { vkey, filter, exportedBy, exportedAt: exportedAt.toISOString(), toolVersion };
}
