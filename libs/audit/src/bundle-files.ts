import { BundleError } from './export-manifest.js';

/** An evidence bundle in memory: file name → bytes. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/**
 * An evidence bundle of any size, however it is packed (a ZIP, a folder): each file can be read from its start, in
 * parts, more than once and beside others.
 */
export interface BundleSource {
  readonly names: readonly string[];
  readonly open: (name: string) => AsyncIterable<Uint8Array>;
}

export const MANIFEST_FILE = 'manifest.json';
export const ENTRIES_FILE = 'entries.ndjson';
export const INDEXES_FILE = 'indexes.txt';
export const LEAF_HASHES_FILE = 'leaf-hashes.bin';
export const PROOF_FILE = 'proof.bin';
export const CHECKPOINT_FILE = 'checkpoint';
export const README_FILE = 'README.md';

/** Largest manifest or checkpoint that is read. */
const MAX_SMALL_BYTES = 64 * 1024;

/** A bundle in memory as a source. */
export function bundleSource(files: BundleFiles): BundleSource {
  return {
    names: [...files.keys()],
    open: async function* (name) {
      yield await Promise.resolve(files.get(name) ?? new Uint8Array());
    },
  };
}

/** All bytes of a file that must be small. Throws BundleError when it is not, or is not there. */
export async function readSmallFile(source: BundleSource, name: string): Promise<Uint8Array> {
  requireFile(source, name);
  let bytes = new Uint8Array();
  for await (const part of source.open(name)) {
    if (bytes.length + part.length > MAX_SMALL_BYTES) throw new BundleError(`${name} is too long`);
    const longer = new Uint8Array(bytes.length + part.length);
    longer.set(bytes);
    longer.set(part, bytes.length);
    bytes = longer;
  }
  return bytes;
}

/** Throws BundleError when the bundle does not have the file. */
export function requireFile(source: BundleSource, name: string): void {
  if (!source.names.includes(name)) throw new BundleError(`${name} is missing`);
}
