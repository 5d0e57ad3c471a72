import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { CliError, exitCodes } from './cli-io.js';

const MAX_FILES = 5_000;

/** Relative paths of the files below a directory. Hidden files and links out of the directory are left alone. */
export function listDirectory(directory: string): string[] {
  const paths: string[] = [];
  for (const entry of entriesOf(directory)) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(directory, file).split(sep).join('/');
    if (path.split('/').some((part) => part.startsWith('.'))) continue;
    if (paths.length === MAX_FILES) {
      throw new CliError(`${directory} holds more than ${MAX_FILES} files`, exitCodes.usage);
    }
    paths.push(path);
  }
  return paths;
}

/** The same files with their text, as a tenant directory wants it: a compiled policy is no text, and becomes base64. */
export function readTextDirectory(directory: string): Map<string, string> {
  return new Map(
    listDirectory(directory).map((path) => {
      const encoding = path.endsWith('.wasm') ? 'base64' : 'utf8';
      return [path, readFileSync(join(directory, path), encoding)];
    }),
  );
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
