import type { RefusalReason } from '../decide.service.js';

/** Thrown where a check cannot be put as a question. `message` is for the operator of the proxy. */
export class Unaskable extends Error {
  override readonly name = 'Unaskable';

  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super(message);
  }
}
