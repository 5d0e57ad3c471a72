import type { GrantFacts } from '@sallyport/contracts';
import type { PolicyQuestion } from '../engine.js';
import { liveGrants } from '../live-grants.js';
import { questionNumber } from './environment.js';
import { FactsContext } from './fact-values.js';

/** A context, and what it is made from. */
export interface QuestionContext {
  readonly asked: Pick<PolicyQuestion, 'facts' | 'actionProperties' | 'request'>;
  readonly liveGrants: readonly GrantFacts[];
  readonly record: FactsContext;
  /** `Environment.contextNumber`. */
  readonly number: number;
  readonly isShared: boolean;
}

/**
 * Makes the contexts of questions. The questions of a batch come one after the other and are asked with the same facts and the same request; those have the
 * same context, as long as nobody asks something else in between.
 */
export class QuestionContexts {
  private last: QuestionContext | undefined;

  of({ facts, actionProperties, request }: PolicyQuestion): QuestionContext {
    const { last } = this;
    if (
      last?.asked.facts === facts &&
      last.asked.request === request &&
      last.asked.actionProperties === actionProperties
    )
      return last.isShared ? last : (this.last = { ...last, isShared: true });
    const live = liveGrants(facts.grants, facts.nowMs);
    return (this.last = {
      asked: { facts, actionProperties, request },
      liveGrants: live,
      record: new FactsContext({ facts, liveGrants: live, actionProperties, request }),
      number: questionNumber(),
      isShared: false,
    });
  }
}
