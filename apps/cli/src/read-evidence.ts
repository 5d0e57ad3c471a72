import type { BundleSource } from '@sallyport/audit';
import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, exitCodes } from './cli-io.js';
import { listDirectory } from './read-directory.js';
import { ZipError, ZipFile } from './zip-file.js';

/** What was given to verify. A bundle is read piece by piece: it may be larger than memory. */
export type Evidence =
  | { readonly kind: 'bundle'; readonly source: BundleSource }
  | { readonly kind: 'proof'; readonly text: string };

const ZIP_MAGIC = 'PK';
const PROOF_MAGIC = 'c2sp.org/tlog-proof@';

/** Reads an export (a ZIP, or a folder into which it was unpacked) or a `.tlog-proof`. */
export async function readEvidence(path: string): Promise<Evidence> {
  if (isDirectory(path)) return { kind: 'bundle', source: folderSource(path) };
  const start = readStart(path);
  if (start.startsWith(ZIP_MAGIC)) return { kind: 'bundle', source: await zipSource(path) };
  if (start === PROOF_MAGIC) return { kind: 'proof', text: readBytes(path).toString('utf8') };
  throw new CliError(`${path} is neither an export nor a .tlog-proof file`, exitCodes.wrong);
}

/** A file's bytes; throws CliError when it cannot be read. */
export function readBytes(path: string): Buffer {
  return reading(path, () => readFileSync(path));
}

function readStart(path: string): string {
  return reading(path, () => {
    const start = Buffer.alloc(PROOF_MAGIC.length);
    const file = openSync(path, 'r');
    const length = readSync(file, start);
    closeSync(file);
    return start.toString('latin1', 0, length);
  });
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new CliError(`${path} cannot be read: ${code}`, exitCodes.usage);
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function folderSource(path: string): BundleSource {
  return {
    names: listDirectory(path),
    open: (name) => createReadStream(join(path, name)) as AsyncIterable<Uint8Array>,
  };
}

async function zipSource(path: string): Promise<BundleSource> {
  const refused = (error: unknown): unknown =>
    error instanceof ZipError
      ? new CliError(`${path} cannot be unpacked: ${error.message}`, exitCodes.wrong)
      : error;
  try {
    const zip = await ZipFile.open(path);
    const open = async function* (name: string) {
      try {
        yield* zip.read(name);
      } catch (error) {
        throw refused(error);
      }
    };
    return { names: zip.names, open };
  } catch (error) {
    throw refused(error);
  }
}
