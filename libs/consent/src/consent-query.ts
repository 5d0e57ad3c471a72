/**
 * What a decision wants to know. An absent optional field is unknown, not "any": a directive that depends on it cannot be
 * decided. Codes are written as in `ConsentCriteria`.
 */
export interface ConsentQuery {
  /** Whose data, e.g. `Patient/42`. */
  readonly dataSubject: string;
  readonly purpose: string;
  /** Every reference that the recipient is known by, e.g. the practitioner and the organization. */
  readonly actor?: string | readonly string[];
  readonly action?: string;
  readonly resourceClass?: string;
  /** The labels on the data; an empty list means that it is known to have none. */
  readonly securityLabels?: readonly string[];
  /** When the data was authored. */
  readonly dataAtMs?: number;
  readonly nowMs: number;
}
