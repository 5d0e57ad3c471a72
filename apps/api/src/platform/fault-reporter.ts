/** Where every part reports what went wrong inside: the log and a counter. Never handed tokens, claims or bodies. */
export abstract class FaultReporter {
  abstract report(event: string, error: unknown): void;
}
