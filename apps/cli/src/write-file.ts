import { writeFileSync } from 'node:fs';
import { CliError, exitCodes } from './cli-io.js';

/** Writes a file, or says in one sentence why not. */
export function writeOutput(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new CliError(`${file} cannot be written: ${code}`, exitCodes.usage);
  }
}
