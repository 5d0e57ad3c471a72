/** One step of a verification, in words that can be shown to the person who asked for it. */
export interface VerdictStep<Name extends string> {
  readonly name: Name;
  readonly ok: boolean;
  /** What was found, or what is wrong. May quote the checked file: show it as text, never as markup. */
  readonly detail: string;
}

/** The message of a refusal by this library; anything else is a programming error and goes on. */
export function refusal(
  error: unknown,
  ...expected: readonly (abstract new (...args: never) => Error)[]
): string {
  if (error instanceof Error && expected.some((type) => error instanceof type))
    return error.message;
  throw error;
}
