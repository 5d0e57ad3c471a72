import type { Command } from 'commander';
import type { CliIo, ExitCode } from './cli-io.js';

/** Wraps a command's action so that its exit code becomes the process's. */
export type Runner = <Rest extends unknown[]>(
  command: (...rest: Rest) => Promise<ExitCode>,
) => (...rest: Rest) => Promise<void>;

/** Adds one command to the program. */
export type AddCommand = (program: Command, io: CliIo, run: Runner) => void;
