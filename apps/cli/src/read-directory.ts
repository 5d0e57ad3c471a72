import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { CliError, exitCodes } from './cli-io.js';

const MAX_FILES = 5_000;

/** The files below a directory by relative path. Hidden files and links out of the directory are left alone. */
export function readDirectory(directory: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const entry of entriesOf(directory)) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(directory, file).split(sep).join('/');
    if (path.split('/').some((part) => part.startsWith('.'))) continue;
    if (files.size === MAX_FILES) {
      throw new CliError(`${directory} holds more than ${MAX_FILES} files`, exitCodes.usage);
    }
    files.set(path, readFileSync(file));
  }
  return files;
}

/** The same as text, as a tenant directory wants it. */
export function readTextDirectory(directory: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const [path, bytes] of readDirectory(directory)) files.set(path, bytes.toString('utf8'));
  return files;
}

function entriesOf(directory: string) {
  try {
    if (statSync(directory).isDirectory()) {
      return readdirSync(directory, { recursive: true, withFileTypes: true });
    }
  } catch (error) {
    throw new CliError(
      `${directory} cannot be read: ${(error as NodeJS.ErrnoException).code ?? ''}`,
      exitCodes.usage,
    );
  }
  throw new CliError(`${directory} is not a directory`, exitCodes.usage);
}
