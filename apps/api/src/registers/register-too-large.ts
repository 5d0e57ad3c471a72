import { UnprocessableError } from '../platform/errors.js';

/** Asked for what only a walk over a whole register could tell, of a register that is not held whole. */
export class RegisterTooLargeError extends UnprocessableError {
  constructor(kind: string) {
    super(
      `this tenant's ${kind} register is larger than SALLYPORT_REGISTER_MAX_ITEMS: it can be asked about one item, not searched`,
      { reason: 'register-too-large' },
    );
  }
}
