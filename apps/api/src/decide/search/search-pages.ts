import type { LoadedPolicy, Prospects } from '@sallyport/policy';
import { type FactsRegister, type TenantFacts, whenResident } from '../../registers/facts.ports.js';
import type { DecisionPipeline } from '../decide.pipeline.js';
import type { DecideSettings, GeoLocator } from '../decide.ports.js';
import type { Identified } from '../decision-state.js';
import { gatherContext } from '../steps/gather-context.js';
import { CandidateJudge, type CommonQuestion } from './candidate-judge.js';
import { candidatesOf, CandidateWalk, fixedCandidates, type Source } from './candidates.js';
import { NameIndex } from './name-index.js';
import { openQuestion } from './open-question.js';
import type { FoundPage } from './search-outcome.js';
import { Pace, type Turns } from './turns.js';

interface Services {
  readonly facts: FactsRegister;
  readonly geo: GeoLocator;
  readonly settings: DecideSettings;
}

/** Pages of listings: where to look, then who of those is permitted. */
export class SearchPages {
  private readonly index: NameIndex;
  private readonly judge: CandidateJudge;

  constructor(
    pipeline: DecisionPipeline,
    private readonly services: Services,
    private readonly turns: Turns,
  ) {
    this.index = new NameIndex(services.facts, turns);
    this.judge = new CandidateJudge(pipeline);
  }

  /** What comes after a name. To be called at the beginning of a turn. Rejects with RegisterTooLargeError or UnavailableError. */
  async page(
    question: CommonQuestion,
    policy: LoadedPolicy,
    after: string | undefined,
    limit: number,
  ): Promise<FoundPage> {
    const pace = new Pace(this.turns);
    const sources = await this.sourcesOf(question, policy);
    return this.judge.page(question, new CandidateWalk(sources, after), limit, pace);
  }

  private async sourcesOf(
    { searched, identified }: CommonQuestion,
    policy: LoadedPolicy,
  ): Promise<readonly Source[]> {
    const { tenant, resolved } = identified;
    if (searched === 'action') return fixedCandidates(await this.actions(tenant, policy));
    const open = searched === 'subject' ? 'principal' : 'resource';
    const prospects = await this.prospects(identified, policy, open);
    const wanted = { tenant, open, type: resolved[searched].type } as const;
    return candidatesOf(wanted, prospects, this.index);
  }

  private prospects(
    identified: Identified,
    policy: LoadedPolicy,
    open: 'principal' | 'resource',
  ): Promise<Prospects> {
    return whenResident(() => {
      // A copy: what is gathered here is true of no candidate.
      const gathered = gatherContext({ ...identified }, this.services);
      return policy.prospects(openQuestion(gathered, open));
    });
  }

  /** What policies name, and what the register knows as an action; a register that is too large for that names none. */
  private async actions(tenant: TenantFacts, policy: LoadedPolicy): Promise<readonly string[]> {
    return policy.actionNames.concat(await this.index.entities(tenant, 'Action'));
  }
}
