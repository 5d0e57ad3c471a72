import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../../apps/cli/bin/sallyport.mjs', import.meta.url));

export interface CliRun {
  readonly code: number;
  /** What it printed, stdout first. */
  readonly output: string;
}

/** Runs `sallyport` as a person would. Never rejects. */
export function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliRun> {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const options = { env: { ...inherited, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: stdout + stderr });
    });
  });
}
