import { UnavailableError } from '../../platform/errors.js';
import type { DecisionPipeline } from '../decide.pipeline.js';
import type { Identified, Judged } from '../decision-state.js';
import type { ResolvedQuestion } from '../question.js';
import type { CandidateWalk } from './candidates.js';
import type { Searched } from './read-search.js';
import type { Found, FoundPage } from './search-outcome.js';
import type { Pace } from './turns.js';

/** The work of one page: what is looked at costs one, what is evaluated many times that. Then the page ends, however short. */
const MAX_WORK = 160_000;
const WORK_OF_EVALUATION = 20;

/** What is asked about, but for its name. */
export interface CommonQuestion {
  readonly searched: Searched;
  readonly identified: Identified;
}

/** Takes candidates one after the other and asks each as an evaluation would be asked, until a page is full. */
export class CandidateJudge {
  constructor(private readonly pipeline: DecisionPipeline) {}

  async page(
    question: CommonQuestion,
    walk: CandidateWalk,
    limit: number,
    pace: Pace,
  ): Promise<FoundPage> {
    const found: Found[] = [];
    let [evaluated, work] = [0, 0];
    let lastName: string | undefined;
    while (found.length < limit && work < MAX_WORK) {
      const next = walk.next();
      if (next === undefined) return { found, lastName: undefined, evaluated };
      lastName = next.name;
      work += 1;
      if (next.isCandidate) {
        const one = this.judge(question, next.name);
        const obligations = permitted(one instanceof Promise ? await one : one);
        if (obligations) found.push({ name: next.name, obligations });
        evaluated += 1;
        work += WORK_OF_EVALUATION;
      }
      if (pace.isOver()) await pace.rest();
    }
    return { found, lastName: walk.isAtEnd ? undefined : lastName, evaluated };
  }

  private judge({ searched, identified }: CommonQuestion, name: string): Judged | Promise<Judged> {
    return this.pipeline.judgeIdentified({
      ...identified,
      resolved: withName(searched, identified.resolved, name),
    });
  }
}

function withName(searched: Searched, resolved: ResolvedQuestion, name: string): ResolvedQuestion {
  switch (searched) {
    case 'subject':
      return { ...resolved, subject: { ...resolved.subject, id: name } };
    case 'resource':
      return { ...resolved, resource: { ...resolved.resource, id: name } };
    case 'action':
      return { ...resolved, action: { name } };
  }
}

/** The obligations of a permit. Throws UnavailableError for what could not be judged: a list that lacks it would look complete. */
function permitted(judged: Judged): Found['obligations'] | undefined {
  if (judged.by === 'policy')
    return judged.permitted ? judged.state.evaluation.obligations : undefined;
  if (judged.reason === 'deadline-exceeded' || judged.reason === 'broker-error')
    throw new UnavailableError('the search could not be brought to its end', {
      reason: judged.reason,
    });
  return undefined;
}
