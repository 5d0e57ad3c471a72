import type { CliIo } from './cli-io.js';

/** The real outside. A reader that stops listening (`| head`) ends the output, not the command. */
export function processIo(): CliIo {
  const ignoreClosedPipe = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  };
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  return {
    env: process.env,
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    fetch: globalThis.fetch,
    nowMs: () => Date.now(),
  };
}
