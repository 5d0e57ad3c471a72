import type { Obligation, ReasonCode } from '@sallyport/contracts';

/** One of those that were searched for. */
export interface Found {
  readonly name: string;
  /** What an enforcement point must do to let it pass. */
  readonly obligations: readonly Obligation[];
}

/** A page of a listing. */
export interface FoundPage {
  readonly found: readonly Found[];
  /** The last name that was looked at; undefined at the end of the listing. */
  readonly lastName: string | undefined;
  /** How many candidates were evaluated. */
  readonly evaluated: number;
}

/** What a door answers with. */
export interface SearchOutcome {
  readonly searchId: string;
  readonly found: readonly Found[];
  /** Undefined at the end of the listing. */
  readonly nextToken: string | undefined;
  readonly policyVersion: string | null;
  /** Why nobody can be found, whatever policy says. */
  readonly reasons: readonly ReasonCode[];
}
