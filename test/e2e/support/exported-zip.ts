import { strFromU8, unzipSync, zipSync } from 'fflate';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes the same zip to `path`, but for one bit of the entry in its middle. `index` is that entry's number in the log, where
 * the zip holds all of it.
 */
export function flipOneBit(zip: string, path: string): { readonly index: number } {
  const files = unzipSync(readFileSync(zip));
  const entries = files['entries.ndjson'];
  if (entries === undefined) throw new Error(`only ${Object.keys(files).join(', ')} in ${zip}`);
  const lines = strFromU8(entries).split('\n');
  const index = Math.floor(lines.length / 2);
  const lineStart = Buffer.byteLength(`${lines.slice(0, index).join('\n')}\n`);
  const at = lineStart + '{"'.length;
  entries[at] = (entries[at] ?? 0) ^ 1;
  writeFileSync(path, zipSync(files));
  return { index };
}
