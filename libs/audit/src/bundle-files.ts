import { BundleError } from './export-manifest.js';

/** An evidence bundle: file name → bytes. How it is packed (a ZIP, a folder) is the caller's choice. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

export const MANIFEST_FILE = 'manifest.json';
export const ENTRIES_FILE = 'entries.ndjson';
export const INDEXES_FILE = 'indexes.txt';
export const CHECKPOINT_FILE = 'checkpoint';
export const README_FILE = 'README.md';
export const PROOFS_FOLDER = 'proofs/';

const NEWLINE = 0x0a;

/** Name of the file with the proof of this entry. */
export function proofFile(index: number): string {
  return `${PROOFS_FOLDER}${String(index)}.tlog-proof`;
}

/** The file's bytes. Throws BundleError when the bundle does not have it. */
export function getFile(files: BundleFiles, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined) throw new BundleError(`${name} is missing`);
  return bytes;
}

/** Whether these bytes fit on one line of `entries.ndjson`. Canonical JSON always does. */
export function isOneLine(entry: Uint8Array): boolean {
  return !entry.includes(NEWLINE);
}

/** Each element followed by a newline. */
export function joinLines(lines: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(lines.reduce((sum, line) => sum + line.length + 1, 0));
  let at = 0;
  for (const line of lines) {
    bytes.set(line, at);
    at += line.length + 1;
    bytes[at - 1] = NEWLINE;
  }
  return bytes;
}

/** The lines, as views without their newline. A last line without a newline counts as one. */
export function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline === -1 ? bytes.length : newline;
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}
