import type { Pep } from '../../registers/facts.ports.js';

/** Who may ask now: looked at right after authentication, before anything else is done for a request. */
export interface Admission {
  /** Throws TooManyRequestsError. */
  admit(pep: Pep): void;
}
