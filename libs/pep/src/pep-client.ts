import type { JsonObject, PlanTarget } from '@sallyport/contracts';
import { deniedPlan, type Plan, readPlan } from './answers/read-plan.js';
import { type BatchSemantic, readBatch } from './answers/read-batch.js';
import { toldBy } from './answers/read-decision.js';
import { Endpoints } from './endpoints.js';
import { type CallOptions, Evaluations } from './evaluations.js';
import { PepError, UnreachableError } from './errors.js';
import { Memory } from './memory.js';
import {
  type Decision,
  denied,
  type DescribedAction,
  type DescribedEntity,
  type Question,
} from './model.js';
import { fulfilled, understood } from './obligations.js';
import {
  type ActionSearch,
  type ResourceSearch,
  Searches,
  type SubjectSearch,
} from './searches.js';
import { type PepOptions, type Settings, settingsOf } from './settings.js';
import { TokenVerifier, type VerifiedToken, type VerifyOptions } from './tokens/token-verifier.js';

export interface BatchOptions extends CallOptions {
  readonly semantic?: BatchSemantic;
}

export interface PlanQuestion {
  readonly subject?: DescribedEntity;
  readonly action: DescribedAction;
  readonly resource: { readonly type: string; readonly properties?: JsonObject };
  readonly context?: JsonObject;
  readonly target?: PlanTarget;
  /** Number of the first `$n` of SQL; 1. */
  readonly firstParameter?: number;
}

/**
 * An enforcement point's side of Sallyport: asks, and says what may be done. Fail closed: whatever goes wrong is a deny that says why in
 * `failure`, or an error under `onFailure: 'throw'`.
 */
export class PepClient {
  private readonly settings: Settings;
  private readonly endpoints: Endpoints;
  private readonly searches: Searches;
  private readonly memory: Memory;
  private readonly evaluations: Evaluations;
  private readonly tokens: TokenVerifier;

  /** Throws TypeError. Connects to nothing before the first question, or `start`. */
  constructor(options: PepOptions) {
    this.settings = settingsOf(options);
    this.endpoints = new Endpoints(this.settings);
    this.searches = new Searches(this.endpoints);
    const { discovery } = this.endpoints;
    this.memory = new Memory(discovery, this.settings);
    this.evaluations = new Evaluations(this.endpoints, this.settings, this.memory);
    this.tokens = new TokenVerifier(discovery, this.settings, this.memory.revoked);
  }

  /** One question (AuthZEN §6). Its obligations are known here, but not fulfilled yet: see `enforce`. */
  evaluate(question: Question, options: CallOptions = {}): Promise<Decision> {
    return this.orDeny(denied, async () =>
      this.thrown(await this.evaluations.evaluate(question, options)),
    );
  }

  /** `evaluate`, and the obligations fulfilled; `target` is handed to their handlers. */
  async enforce(
    question: Question,
    { target, ...options }: CallOptions & { readonly target?: unknown } = {},
  ): Promise<Decision> {
    const decision = await this.evaluate(question, options);
    return this.fulfil(question, decision, target);
  }

  /** Fulfils the obligations of an answer, for whoever took it from `evaluateAll`. */
  fulfil(question: Question, decision: Decision, target?: unknown): Promise<Decision> {
    const { obligations: handlers, obligationMs: limitMs } = this.settings;
    return this.orDeny(
      (failure) => denied(failure, decision),
      async () =>
        this.thrown(await fulfilled(decision, { question, target }, { handlers, limitMs })),
    );
  }

  /** Many questions at once (AuthZEN §7): one decision for each, in their order. */
  evaluateAll(
    questions: readonly Question[],
    { semantic = 'execute_all', explain = false, signal }: BatchOptions = {},
  ): Promise<readonly Decision[]> {
    if (questions.length === 0) return Promise.resolve([]);
    const options = { evaluations_semantic: semantic, ...(explain ? { explain } : {}) };
    return this.orDeny(
      (failure) => questions.map(() => denied(failure)),
      async () => {
        const body = { evaluations: questions, options };
        const answer = await this.endpoints.ask('access_evaluations_endpoint', body, signal);
        const expected = { count: questions.length, semantic };
        const decisions = readBatch(answer.json, toldBy(answer.headers), expected);
        return decisions.map((one) => understood(one, this.settings.obligations));
      },
    );
  }

  /** Who may do it (AuthZEN §8.1). Throws a PepError: a part of a list must not pass for all of it. */
  searchSubjects(search: SubjectSearch, options?: CallOptions): AsyncIterable<DescribedEntity> {
    return this.searches.subjects(search, options?.signal);
  }

  /** What it may be done to (AuthZEN §8.2). Throws a PepError. */
  searchResources(search: ResourceSearch, options?: CallOptions): AsyncIterable<DescribedEntity> {
    return this.searches.resources(search, options?.signal);
  }

  /** What may be done (AuthZEN §8.3). Throws a PepError. */
  searchActions(search: ActionSearch, options?: CallOptions): AsyncIterable<DescribedAction> {
    return this.searches.actions(search, options?.signal);
  }

  /**
   * The policy as a filter over resources of a type. `understands` are obligation types that the caller fulfils by itself, beside those
   * with a handler.
   */
  plan(
    { firstParameter, ...question }: PlanQuestion,
    { signal, understands = [] }: CallOptions & { readonly understands?: readonly string[] } = {},
  ): Promise<Plan> {
    const knows = (type: string) =>
      understands.includes(type) || this.settings.obligations.has(type);
    return this.orDeny(deniedPlan, async () => {
      const options = firstParameter === undefined ? {} : { first_parameter: firstParameter };
      const body = { ...question, options };
      const { json, headers } = await this.endpoints.askAt('/v1/plan', body, signal);
      return readPlan(json, headers, knows);
    });
  }

  /**
   * Checks one of the broker's access tokens without asking: signature, type, issuer, audience, tenant, time, and what the signals said
   * since they are followed. Rejects with a PepError, whatever `onFailure` says.
   */
  verifyToken(token: string, options: VerifyOptions): Promise<VerifiedToken> {
    this.memory.start();
    return this.tokens.verify(token, options);
  }

  /** Begins to follow signals, where they are wanted; the first question does so otherwise. */
  start(): void {
    this.memory.start();
  }

  /** Whether signals are followed and nothing was missed: only then is an answer taken from the cache. */
  get isLive(): boolean {
    return this.memory.isLive;
  }

  /** Stops following signals; a client that follows them keeps its process alive until then. */
  close(): Promise<void> {
    return this.memory.close();
  }

  /** INVARIANT: no path out of here but an answer that was read to its end, or a failure. */
  private async orDeny<T>(deny: (failure: PepError) => T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const failure =
        error instanceof PepError
          ? error
          : new UnreachableError('the question could not be asked', { cause: error });
      if (this.settings.onFailure === 'throw') throw failure;
      return deny(failure);
    }
  }

  /** Under `throw`, a deny that comes from here is thrown like every other failure. */
  private thrown(decision: Decision): Decision {
    if (decision.failure && this.settings.onFailure === 'throw') throw decision.failure;
    return decision;
  }
}
