export type ConsentRuling = 'permit' | 'deny';

/** The status codes of R4 and R5 together. Only `active` speaks; see `isWithdrawn`. */
export type ConsentStatus =
  | 'draft'
  | 'proposed'
  | 'active'
  | 'rejected'
  | 'inactive'
  | 'entered-in-error'
  | 'not-done'
  | 'unknown';

/**
 * What a provision is limited to. The criteria are ANDed, the values of one are ORed, an empty list limits nothing.
 * Codes of HL7's own systems stand alone (`TREAT`, `Observation`, `R`), any other is `system|code`.
 */
export interface ConsentCriteria {
  readonly periodStartMs?: number;
  /** First instant after the period. */
  readonly periodEndMs?: number;
  readonly purposes: readonly string[];
  /** References of recipients, e.g. `Practitioner/7`. */
  readonly actors: readonly string[];
  readonly actions: readonly string[];
  readonly classes: readonly string[];
  readonly securityLabels: readonly string[];
  /** The data's own time. */
  readonly dataStartMs?: number;
  /** First instant after the data's period. */
  readonly dataEndMs?: number;
  /** Criteria that are present but not evaluated here: whether they hold is unknown. */
  readonly unsupported: readonly string[];
}

/** An exception to the provision that it is nested in; it speaks only where that one does. */
export interface ConsentException extends ConsentCriteria {
  readonly decision: ConsentRuling;
  readonly exceptions: readonly ConsentException[];
}

/** One FHIR Consent resource, R4 or R5, as a rule. Its own criteria say where it speaks at all. */
export interface ConsentDirective extends ConsentCriteria {
  readonly id: string;
  /** Whose data, e.g. `Patient/42`. */
  readonly patientRef: string;
  readonly status: ConsentStatus;
  readonly fhirVersion: 'R4' | 'R5';
  /** The later of two directives wins. A partial date counts from its first instant. */
  readonly recordedAtMs: number;
  readonly baseDecision: ConsentRuling;
  readonly exceptions: readonly ConsentException[];
}

/** Whether the directive was taken back, by the data subject or because it should never have been there. */
export function isWithdrawn(directive: ConsentDirective): boolean {
  return withdrawn.includes(directive.status);
}

const withdrawn: readonly ConsentStatus[] = ['inactive', 'entered-in-error', 'rejected'];
