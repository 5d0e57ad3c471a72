import { createWriteStream, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { CliError, exitCodes } from './cli-io.js';

/** Writes a file, or says in one sentence why not. */
export function writeOutput(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    throw notWritten(file, error);
  }
}

/** Writes what comes as it comes; how many bytes that were. Throws CliError when it breaks off or can't be written. */
export async function writeStream(file: string, body: ReadableStream<Uint8Array>): Promise<number> {
  const output = createWriteStream(file);
  try {
    await pipeline(Readable.fromWeb(body), output);
    return output.bytesWritten;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw notWritten(file, error);
    throw new CliError(`the broker broke off; ${file} is not complete`, exitCodes.unreachable);
  }
}

function notWritten(file: string, error: unknown): CliError {
  const { code = '' } = error as NodeJS.ErrnoException;
  return new CliError(`${file} cannot be written: ${code}`, exitCodes.usage);
}
