import type { EntityRef, ReasonCode } from '@sallyport/contracts';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { resultAtTurnEnd } from '../platform/turn-end.js';
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
import {
  type Asked,
  askedNow,
  type Judged,
  StepDenied,
  type Supposition,
} from './decision-state.js';
import type { DescribedAction, Question, ResolvedQuestion } from './question.js';
import type { TokenWish } from './steps/issue-token.js';
import { answerOf, deniedByStep } from './verdict.js';

// Longer turns would make every other caller of this process wait for one caller's batch.
const MAX_TURN_MS = 8;

/** Why a request could not even be put as a question. */
export type RefusalReason = Extract<
  ReasonCode,
  | 'route-unknown'
  | 'request-invalid'
  | 'deadline-exceeded'
  | 'subject-mismatch'
  | `subject-token-${string}`
>;

/** Takes decisions for every door: REST, batches, token exchange, forward-auth, previews. */
export class DecideService {
  constructor(
    private readonly pipeline: DecisionPipeline,
    private readonly facts: FactsRegister,
    private readonly clock: Clock,
  ) {}

  /** One question, one durable answer. Rejects with UnavailableError when it could not be recorded. */
  decide(input: DecideInput): Promise<DecisionOutcome> {
    const judging = resultAtTurnEnd(() => this.pipeline.judge(this.ask(input, input.question)));
    return judging.then((judged) => this.settleOne(input, judged));
  }

  /** Many questions, one durable append. An item that is not valid is a deny of its own and never fails the others. */
  async decideAll(
    asker: Asker,
    questions: readonly (Question | undefined)[],
    semantic: BatchSemantic,
  ): Promise<BatchOutcome> {
    const batchId = newId(this.clock.nowMs());
    const verified: Asked['verified'] = new Map();
    const judged: Judged[] = [];
    let turnStartedAt = performance.now();
    for (const [index, question] of questions.entries()) {
      const asked = this.ask(asker, question ?? UNREADABLE, `${batchId}.${index}`, verified);
      const judging = question ? this.pipeline.judge(asked) : unreadable(asked);
      const one = judging instanceof Promise ? await judging : judging;
      judged.push(one);
      if (isLast(semantic, answerOf(one))) break;
      if (asked.startedAt - turnStartedAt > MAX_TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        turnStartedAt = performance.now();
      }
    }
    await this.pipeline.settle(asker.pep.tenantId, judged);
    return { batchId, outcomes: judged.map((one) => outcomeOf(one)) };
  }

  /** The same question for several actions, and one token if all of them are permitted. */
  async exchange(
    input: DecideInput & { readonly token: TokenWish },
    actions: readonly DescribedAction[],
  ): Promise<{ readonly decisionId: string; readonly outcomes: readonly DecisionOutcome[] }> {
    const decisionId = newId(this.clock.nowMs());
    const verified: Asked['verified'] = new Map();
    const judged: Judged[] = [];
    for (const [index, action] of actions.entries()) {
      const id = actions.length === 1 ? decisionId : `${decisionId}.${index}`;
      const question = { ...input.question, action };
      judged.push(await this.pipeline.judge(this.ask(input, question, id, verified)));
    }
    const recorded = await this.pipeline.settle(input.pep.tenantId, judged, input.token);
    return {
      decisionId,
      outcomes: recorded.judged.map((one) => outcomeOf(one, recorded.token)),
    };
  }

  /** Records the denial of a request that could not even be put as a question. */
  async refuse(asker: Asker, question: Question, reason: RefusalReason): Promise<DecisionOutcome> {
    const judged = deniedByStep(this.ask(asker, question), new StepDenied(reason));
    await this.pipeline.settle(asker.pep.tenantId, [judged]);
    return outcomeOf(judged);
  }

  /** What would be decided now; undefined where the tenant is not known here. Records nothing. */
  preview({ tenantId, extraGrants = [], ...asked }: PreviewInput): Preview {
    return this.reask(
      tenantId,
      { authn: { method: 'asserted', verified: false }, context: {}, ...asked },
      { grants: extraGrants, isAtLastPlace: asked.ip === undefined },
    );
  }

  /** Asks a question again whose subject was established earlier, on the facts of now. Records nothing. */
  reask(tenantId: string, resolved: ResolvedQuestion, supposed?: Supposition): Preview {
    const tenant = this.facts.tenant(tenantId);
    if (!tenant) return undefined;
    const asker = { pep: { ...BROKER, tenantId } };
    const asked = this.ask(asker, resolved);
    const identified = { ...asked, isRecorded: false, tenant, resolved, supposed };
    const judged = this.pipeline.judgeIdentified(identified);
    return judged instanceof Promise ? judged.then((one) => outcomeOf(one)) : outcomeOf(judged);
  }

  private settleOne({ pep, token }: DecideInput, judged: Judged): Promise<DecisionOutcome> {
    return this.pipeline.settle(pep.tenantId, [judged], token).then((recorded) => {
      const [first = judged] = recorded.judged;
      return outcomeOf(first, recorded.token);
    });
  }

  private ask(asker: Asker, question: Question, id?: string, verified?: Asked['verified']): Asked {
    const atMs = this.clock.nowMs();
    return askedNow(asker, question, { decisionId: id ?? newId(atMs), atMs }, verified);
  }
}

/** At once, unless a fact has to be brought into memory first. */
type Preview = DecisionOutcome | undefined | Promise<DecisionOutcome>;

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

function unreadable(asked: Asked): Judged {
  return deniedByStep(asked, new StepDenied('request-invalid'));
}

function isLast(semantic: BatchSemantic, decision: boolean): boolean {
  if (semantic === 'execute_all') return false;
  return decision === (semantic === 'permit_on_first_permit');
}
