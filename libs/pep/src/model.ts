import type { EntityRef, JsonObject, Obligation } from '@sallyport/contracts';
import type { PepError } from './errors.js';

/** An entity as this enforcement point describes it: AuthZEN §5. */
export interface DescribedEntity extends EntityRef {
  readonly properties?: JsonObject;
}

export interface DescribedAction {
  readonly name: string;
  readonly properties?: JsonObject;
}

/** AuthZEN §6.1. The subject may be left out where `context.subject_token` proves who it is. */
export interface Question {
  readonly subject?: DescribedEntity;
  readonly action: DescribedAction;
  readonly resource: DescribedEntity;
  readonly context?: JsonObject;
}

/** Machine word and sentence; the sentence may be shown to people. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** What to act on. Whatever went wrong, `decision` is false unless policy permitted and every obligation is known here. */
export interface Decision {
  readonly decision: boolean;
  /** The name of the decision in the tenant's log; undefined where there was no answer. */
  readonly decisionId: string | undefined;
  readonly policyVersion: string | undefined;
  /** Most telling first. From the decision point only where they were asked for (`explain`). */
  readonly reasons: readonly Reason[];
  /** Must be fulfilled before anything is let through: `enforce` and the middleware do. */
  readonly obligations: readonly Obligation[];
  /** The AuthZEN response context as it came. */
  readonly context: JsonObject | undefined;
  /** What the decision point would have denied, had this enforcement point been in `enforce` mode. */
  readonly warning: string | undefined;
  /** Why there was no answer, or none to act on. */
  readonly failure: PepError | undefined;
  readonly isCached: boolean;
}

/** A deny that comes from here: no answer, or one that must not be acted on. */
export function denied(failure: PepError, answered?: Decision): Decision {
  return {
    decisionId: answered?.decisionId,
    policyVersion: answered?.policyVersion,
    obligations: answered?.obligations ?? [],
    context: answered?.context,
    warning: answered?.warning,
    isCached: answered?.isCached ?? false,
    decision: false,
    reasons: [{ code: failure.code, message: failure.message }],
    failure,
  };
}
