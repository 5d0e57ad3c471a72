import type { EntityRef } from '@sallyport/contracts';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { FactsRegister, Pep } from '../registers/facts.ports.js';
import type {
  Asker,
  BatchOutcome,
  BatchSemantic,
  DecideInput,
  PreviewInput,
} from './decide-input.js';
import type { DecisionPipeline } from './decide.pipeline.js';
import { type DecisionOutcome, outcomeOf } from './decision-outcome.js';
import { type Asked, type Judged, StepDenied, type Supposition } from './decision-state.js';
import type { DescribedAction, Question, ResolvedQuestion } from './question.js';
import type { TokenWish } from './steps/issue-token.js';
import { answerOf, deniedByStep } from './verdict.js';

// Longer turns would make every other caller of this process wait for one caller's batch.
const MAX_TURN_MS = 8;

/** Takes decisions for every door: REST, batches, token exchange, forward-auth, previews. */
export class DecideService {
  constructor(
    private readonly pipeline: DecisionPipeline,
    private readonly facts: FactsRegister,
    private readonly clock: Clock,
  ) {}

  /** One question, one durable answer. Rejects with UnavailableError when it could not be recorded. */
  async decide({ question, token, ...asker }: DecideInput): Promise<DecisionOutcome> {
    const judged = await this.pipeline.judge(this.ask(asker, question, this.newId(), new Map()));
    const recorded = await this.pipeline.settle(asker.pep.tenantId, [judged], token);
    const [first = judged] = recorded.judged;
    return outcomeOf(first, recorded.token);
  }

  /** Many questions, one durable append. An item that is not valid is a deny of its own and never fails the others. */
  async decideAll(
    asker: Asker,
    questions: readonly (Question | undefined)[],
    semantic: BatchSemantic,
  ): Promise<BatchOutcome> {
    const batchId = this.newId();
    const verified: Asked['verified'] = new Map();
    const judged: Judged[] = [];
    let turnStartedAt = performance.now();
    for (const [index, question] of questions.entries()) {
      const id = `${batchId}.${index}`;
      const one = await this.judgeItem(asker, question, id, verified);
      judged.push(one);
      if (isLast(semantic, answerOf(one))) break;
      if (performance.now() - turnStartedAt > MAX_TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        turnStartedAt = performance.now();
      }
    }
    await this.pipeline.settle(asker.pep.tenantId, judged);
    return { batchId, outcomes: judged.map((one) => outcomeOf(one)) };
  }

  /** The same question for several actions, and one token if all of them are permitted. */
  async exchange(
    { question, token, ...asker }: DecideInput & { readonly token: TokenWish },
    actions: readonly DescribedAction[],
  ): Promise<{ readonly decisionId: string; readonly outcomes: readonly DecisionOutcome[] }> {
    const decisionId = this.newId();
    const verified: Asked['verified'] = new Map();
    const judged: Judged[] = [];
    for (const [index, action] of actions.entries()) {
      const id = actions.length === 1 ? decisionId : `${decisionId}.${index}`;
      judged.push(
        await this.pipeline.judge(this.ask(asker, { ...question, action }, id, verified)),
      );
    }
    const recorded = await this.pipeline.settle(asker.pep.tenantId, judged, token);
    return {
      decisionId,
      outcomes: recorded.judged.map((one) => outcomeOf(one, recorded.token)),
    };
  }

  /** Records the denial of a request that could not even be put as a question. */
  async refuse(
    asker: Asker,
    question: Question,
    reason: 'route-unknown' | 'request-invalid' | 'subject-token-missing',
  ): Promise<DecisionOutcome> {
    const asked = this.ask(asker, question, this.newId(), new Map());
    const judged = deniedByStep(asked, new StepDenied(reason));
    await this.pipeline.settle(asker.pep.tenantId, [judged]);
    return outcomeOf(judged);
  }

  /** What would be decided now; undefined where the tenant is not known here. Records nothing. */
  preview({ tenantId, extraGrants = [], ...asked }: PreviewInput): DecisionOutcome | undefined {
    return this.reask(
      tenantId,
      { authn: { method: 'asserted', verified: false }, context: {}, ...asked },
      { grants: extraGrants, isAtLastPlace: asked.ip === undefined },
    );
  }

  /** Asks a question again whose subject was established earlier, on the facts of now. Records nothing. */
  reask(
    tenantId: string,
    resolved: ResolvedQuestion,
    supposed?: Supposition,
  ): DecisionOutcome | undefined {
    const tenant = this.facts.tenant(tenantId);
    if (!tenant) return undefined;
    const asker = { pep: { ...BROKER, tenantId } };
    const asked = this.ask(asker, resolved, this.newId(), new Map());
    const identified = {
      ...asked,
      isRecorded: false,
      tenant,
      resolved,
      ...(supposed === undefined ? {} : { supposed }),
    };
    return outcomeOf(this.pipeline.judgeIdentified(identified));
  }

  private judgeItem(
    asker: Asker,
    question: Question | undefined,
    id: string,
    verified: Asked['verified'],
  ): Promise<Judged> | Judged {
    if (question) return this.pipeline.judge(this.ask(asker, question, id, verified));
    const asked = this.ask(asker, UNREADABLE, id, verified);
    return deniedByStep(asked, new StepDenied('request-invalid'));
  }

  private ask(
    { pep, requestId }: Asker,
    question: Question,
    decisionId: string,
    verified: Asked['verified'],
  ): Asked {
    return {
      decisionId,
      atMs: this.clock.nowMs(),
      startedAt: performance.now(),
      pep,
      question,
      ...(requestId === undefined ? {} : { requestId }),
      isRecorded: true,
      verified,
    };
  }

  private newId(): string {
    return newId(this.clock.nowMs());
  }
}

/** Asks on the broker's own behalf. */
const BROKER: Omit<Pep, 'tenantId'> = {
  name: 'sallyport',
  kind: 'other',
  mode: 'enforce',
  trustedProperties: new Set(['*']),
  explain: false,
  strict: false,
  routes: [],
};

const UNKNOWN: EntityRef = { type: 'unknown', id: 'unknown' };
const UNREADABLE: Question = {
  subject: UNKNOWN,
  action: { name: 'unknown' },
  resource: UNKNOWN,
  context: {},
};

function isLast(semantic: BatchSemantic, decision: boolean): boolean {
  if (semantic === 'execute_all') return false;
  return decision === (semantic === 'permit_on_first_permit');
}
