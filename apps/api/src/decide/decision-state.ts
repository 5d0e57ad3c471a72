import type { Evaluation, EntityRef, Facts, GrantFacts, ReasonCode } from '@sallyport/contracts';
import type { Place } from '@sallyport/risk';
import type { Pep, TenantFacts } from '../registers/facts.ports.js';
import type { Asker } from './decide-input.js';
import type { Question, ResolvedQuestion } from './question.js';
import type { VerifiedToken } from './subject/verified-token.js';

/** A question on its way to a decision. Each step takes the state as the one before left it: a wrong order does not compile. */
export interface Asked {
  readonly decisionId: string;
  readonly atMs: number;
  /** `performance.now()` at the start, for the duration only. */
  readonly startedAt: number;
  readonly pep: Pep;
  readonly question: Question;
  readonly requestId: string | undefined;
  /** False for a preview, and for a question that is only asked again: nothing of it lasts. */
  readonly isRecorded: boolean;
  /** What is taken as true beside the facts; only where nothing is recorded. */
  readonly supposed: Supposition | undefined;
  /** Tokens verified for other questions of the same batch; undefined for a question on its own. */
  readonly verified: Map<string, Promise<VerifiedToken>> | undefined;
  // What the steps have found so far; undefined where a step was not reached.
  readonly tenant: TenantFacts | undefined;
  readonly resolved: ResolvedQuestion | undefined;
  readonly facts: Facts | undefined;
  /** Where the subject is seen now; undefined where the address says nothing, or nothing new. */
  readonly sighting: Place | undefined;
  readonly evaluation: Evaluation | undefined;
  readonly policyVersion: string | undefined;
  readonly reasons: readonly ReasonCode[] | undefined;
  /** What the same version's shadow policies would have said. */
  readonly shadow: Evaluation | undefined;
}

/** The state of a question that no step has looked at. `decisionId` is its name in the log. */
export function askedNow(
  { pep, requestId }: Asker,
  question: Question,
  at: { readonly decisionId: string; readonly atMs: number },
  verified?: Asked['verified'],
): Asked {
  return {
    decisionId: at.decisionId,
    atMs: at.atMs,
    startedAt: performance.now(),
    pep,
    question,
    requestId,
    isRecorded: true,
    supposed: undefined,
    verified,
    tenant: undefined,
    resolved: undefined,
    facts: undefined,
    sighting: undefined,
    evaluation: undefined,
    policyVersion: undefined,
    reasons: undefined,
    shadow: undefined,
  };
}

/** What would be decided, if. */
export interface Supposition {
  /** Live beside the real ones. */
  readonly grants: readonly GrantFacts[];
  /** The subject is where it was seen last. */
  readonly isAtLastPlace: boolean;
}

export interface Authenticated extends Asked {
  readonly tenant: TenantFacts;
}

export interface Identified extends Authenticated {
  readonly resolved: ResolvedQuestion;
}

export interface Gathered extends Identified {
  readonly facts: Facts;
}

export interface Evaluated extends Gathered {
  readonly evaluation: Evaluation;
  readonly policyVersion: string;
  readonly reasons: readonly ReasonCode[];
}

/**
 * The state with what a step found. Written into the state itself, whose members are all there from the start: a copy for every
 * step would cost more than the steps do.
 */
export function withFindings<State extends Asked, Findings extends Partial<Asked>>(
  state: State,
  findings: Findings,
): State & Findings {
  return Object.assign(state, findings);
}

/** The end of judging: policy spoke, or a step before it denied. */
export type Judged =
  | { readonly by: 'policy'; readonly state: Evaluated; readonly permitted: boolean }
  | {
      readonly by: 'step';
      readonly state: Asked;
      readonly permitted: false;
      readonly reason: ReasonCode;
    };

/** Thrown by a step that denies; everything else that is thrown is `broker-error`. */
export class StepDenied extends Error {
  override readonly name = 'StepDenied';

  constructor(
    readonly reason: ReasonCode,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** The subject as far as it is known; a question whose token did not verify may name none. */
export function subjectOf(state: Asked): EntityRef {
  const { type, id } = state.resolved?.subject ?? state.question.subject ?? UNKNOWN_SUBJECT;
  return { type, id };
}

const UNKNOWN_SUBJECT: EntityRef = { type: 'unknown', id: 'unknown' };
