/** Everything of the outside that a command touches; tests bring their own. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  out(line: string): void;
  err(line: string): void;
  readonly fetch: typeof fetch;
  nowMs(): number;
}

/** What the process exits with. Stable: scripts rely on it. */
export const exitCodes = {
  done: 0,
  /** Checked, and found wrong: a directory, a golden case, evidence. */
  wrong: 1,
  usage: 2,
  /** The broker said no. */
  refused: 3,
  /** The broker could not be asked. */
  unreachable: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with one clear line. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode,
  ) {
    super(message);
  }
}
