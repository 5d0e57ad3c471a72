import { unzipSync } from 'fflate';
import { readFileSync, statSync } from 'node:fs';
import { CliError, exitCodes } from './cli-io.js';
import { readDirectory } from './read-directory.js';

/** What was given to verify. */
export type Evidence =
  | { readonly kind: 'bundle'; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'proof'; readonly text: string };

/** A ZIP may claim to be far larger than it is. */
const MAX_UNZIPPED_BYTES = 2 * 1024 * 1024 * 1024;
const ZIP_MAGIC = 'PK';
const PROOF_MAGIC = 'c2sp.org/tlog-proof@';

/** Reads an export (a ZIP, or a folder into which it was unpacked) or a `.tlog-proof`. */
export function readEvidence(path: string): Evidence {
  if (isDirectory(path)) return { kind: 'bundle', files: readDirectory(path) };
  const bytes = readBytes(path);
  const start = bytes.subarray(0, PROOF_MAGIC.length).toString('latin1');
  if (start.startsWith(ZIP_MAGIC)) return { kind: 'bundle', files: unzip(path, bytes) };
  if (start === PROOF_MAGIC) return { kind: 'proof', text: bytes.toString('utf8') };
  throw new CliError(`${path} is neither an export nor a .tlog-proof file`, exitCodes.wrong);
}

/** A file's bytes; throws CliError when it cannot be read. */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new CliError(`${path} cannot be read: ${code}`, exitCodes.usage);
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function unzip(path: string, bytes: Uint8Array): Map<string, Uint8Array> {
  let total = 0;
  try {
    const files = unzipSync(bytes, {
      filter: ({ originalSize }) => {
        total += originalSize;
        if (total > MAX_UNZIPPED_BYTES) throw new Error('it is larger than 2 GiB when unpacked');
        return true;
      },
    });
    return new Map(Object.entries(files).filter(([name]) => !name.endsWith('/')));
  } catch (error) {
    throw new CliError(`${path} cannot be unpacked: ${(error as Error).message}`, exitCodes.wrong);
  }
}
