/** Why a resource cannot be taken for a consent directive. */
export type ConsentParseErrorCode =
  | 'not-an-object'
  | 'not-a-consent'
  | 'version-ambiguous'
  | 'not-a-privacy-consent'
  | 'id-missing'
  | 'status-invalid'
  | 'patient-missing'
  | 'date-missing'
  | 'date-invalid'
  | 'period-invalid'
  | 'decision-missing'
  | 'type-invalid'
  | 'code-missing'
  | 'reference-missing'
  | 'unsupported-modifier'
  | 'too-deep'
  | 'too-many'
  | 'too-long';

/** `path` leads to the offending element, e.g. `provision.provision[2].period.end`. */
export interface ConsentParseError {
  readonly code: ConsentParseErrorCode;
  readonly path: string;
}

/** Carries the error out of the recursive readers; `parseConsent` is the only one to catch it. */
export class ParseFailure extends Error {
  constructor(
    readonly code: ConsentParseErrorCode,
    readonly path: string,
  ) {
    super(`${code} at ${path}`);
  }
}
