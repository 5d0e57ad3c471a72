import { readDecision, toldBy } from './answers/read-decision.js';
import { cacheKey } from './cache/cache-key.js';
import { maxAgeSeconds } from './cache/max-age.js';
import type { Endpoints } from './endpoints.js';
import type { Memory } from './memory.js';
import type { Decision, Question } from './model.js';
import { understood } from './obligations.js';
import type { Settings } from './settings.js';

export interface CallOptions {
  /** Asks for the reasons, determining policies and advice. */
  readonly explain?: boolean;
  readonly signal?: AbortSignal;
}

/** Single questions: from memory where that is certain to be what would be answered now, else from the decision point. */
export class Evaluations {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly settings: Settings,
    private readonly memory: Memory,
  ) {}

  /** Rejects with a PepError. */
  async evaluate(question: Question, { explain = false, signal }: CallOptions): Promise<Decision> {
    this.memory.start();
    const key = this.keyOf(question, explain);
    const kept = key === undefined ? undefined : this.memory.usable?.get(key);
    if (kept) return kept;
    const askedAtMs = this.settings.platform.monotonicMs();
    // INVARIANT: nothing is sent that the key does not hold.
    const { subject, action, resource, context } = question;
    const asked = { subject, action, resource, context };
    const body = explain ? { ...asked, options: { explain } } : asked;
    const { json, headers } = await this.endpoints.ask('access_evaluation_endpoint', body, signal);
    const decision = understood(readDecision(json, toldBy(headers)), this.settings.obligations);
    if (key !== undefined && !decision.failure)
      this.keep(key, question, decision, headers, askedAtMs);
    return decision;
  }

  /** Counted from before the question was sent: its way there took time as well. */
  private keep(
    key: string,
    { subject, context }: Question,
    decision: Decision,
    headers: Headers,
    askedAtMs: number,
  ): void {
    const seconds = maxAgeSeconds(headers);
    const version = headers.get('x-sallyport-facts-version') ?? '';
    // An answer that doesn't say what it was made from could be older than what is known.
    if (seconds === 0 || !/^\d{1,15}$/.test(version)) return;
    const isProved = context?.['subject_token'] !== undefined;
    this.memory.usable?.put(key, {
      decision,
      untilMs: askedAtMs + seconds * 1_000,
      about: subject && !isProved ? { type: subject.type, id: subject.id } : undefined,
      factsVersion: Number(version),
    });
  }

  /** Over everything that has a say in the answer. */
  private keyOf(question: Question, explain: boolean): string | undefined {
    if (this.settings.maxCacheEntries === 0) return undefined;
    const { pdp, key } = this.settings;
    const { subject, action, resource, context } = question;
    return cacheKey([pdp, key, subject, action, resource, context, explain]);
  }
}
