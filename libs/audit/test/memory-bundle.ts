import { createHash } from 'node:crypto';
import {
  BUNDLE_README,
  encodeManifest,
  type ExportManifest,
  gapSubtrees,
  verifyCheckpoint,
} from '../src/index.js';
import { at, type MemoryLog } from './memory-log.js';

export interface MemoryBundle extends Pick<ExportManifest, 'vkey'> {
  readonly log: MemoryLog;
  readonly checkpoint: string;
  /** Ascending. */
  readonly indexes: readonly number[];
}

/** A bundle as README.md in it describes one, put together the plain way. */
export function memoryBundle({ log, checkpoint, vkey, indexes }: MemoryBundle) {
  const { origin, size } = verifyCheckpoint(checkpoint, vkey);
  const first = indexes[0] ?? null;
  const contiguous = indexes.every((index, i) => index === (first ?? 0) + i);
  const text = (value: string) => new Uint8Array(Buffer.from(value));
  const bounds = [-1, ...indexes, size];
  const proof = bounds
    .slice(1)
    .flatMap((end, i) => [...gapSubtrees(at(bounds, i) + 1, end)])
    .map(({ level, index }) => log.hashAt(level, index));
  const files = new Map<string, Uint8Array>([
    ['README.md', text(BUNDLE_README)],
    ['checkpoint', text(checkpoint)],
    [
      'entries.ndjson',
      new Uint8Array(Buffer.concat(indexes.flatMap((index) => [log.entry(index), text('\n')]))),
    ],
    ['leaf-hashes.bin', new Uint8Array(Buffer.concat(indexes.map(log.leaf)))],
    ['proof.bin', new Uint8Array(Buffer.concat(proof))],
  ]);
  if (!contiguous)
    files.set('indexes.txt', text(indexes.map((index) => `${String(index)}\n`).join('')));
  const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const manifest = encodeManifest({
    format: 'sallyport-evidence@v2',
    origin,
    vkey,
    treeSize: size,
    firstIndex: first,
    count: indexes.length,
    contiguous,
    filter: 'all decisions of July',
    exportedBy: 'aude@acme.example',
    exportedAt: '2026-08-01T09:00:00Z',
    toolVersion: '0.1.0',
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, hashOf(bytes)])),
  });
  return new Map([...files, ['manifest.json', manifest] as const]);
}
