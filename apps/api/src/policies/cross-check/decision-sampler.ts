import type { Evaluation } from '@sallyport/contracts';
import type { PolicyQuestion } from '@sallyport/policy';

/** A decision that policy took. */
export interface DecisionSample {
  readonly tenantId: string;
  readonly decisionId: string;
  readonly policyVersion: string;
  readonly question: PolicyQuestion;
  readonly evaluation: Evaluation;
}

/** Has some decisions asked again by Cedar's own evaluator (design §4). */
export abstract class DecisionSampler {
  /** True for the few that are to be asked again. Asked for every decision, so it costs next to nothing. */
  abstract wantsNext(): boolean;
  /** In the very turn in which the decision was taken: the facts are still those that it was taken on. Never throws. */
  abstract take(sample: DecisionSample): void;
}
