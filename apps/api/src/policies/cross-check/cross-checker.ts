import type { EntityRef, PolicyBundle } from '@sallyport/contracts';
import { copyQuestion } from '@sallyport/policy';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PolicyStore } from '../policy-store.ports.js';
import { DecisionSampler, type DecisionSample } from './decision-sampler.js';
import { findingOf, type DeskReply, type DeskRequest, type Finding } from './reference-desk.js';
import type { OpenLine, ReferenceLine } from './reference-thread.js';
import type { Sampling } from './sampling.js';

/** A decision that Cedar's own evaluator takes otherwise. */
export interface Disagreement {
  readonly tenantId: string;
  readonly decisionId: string;
  readonly policyVersion: string;
  readonly compiled: Finding;
  readonly reference: Finding;
  readonly sources: PolicyBundle;
}

/** `unanswered`: by the reference. `dropped`: not asked, because it is busy, not ready, or the question too large. */
export type CheckResult = 'agreed' | 'disagreed' | 'unanswered' | 'dropped';

export interface CrossCheckerOptions {
  readonly sampling: Sampling;
  readonly openLine: OpenLine;
  readonly store: PolicyStore;
  readonly monotonicMs: () => number;
  /** How long a version has decided before the reference takes the time to load it: a swap has enough to do. */
  readonly loadAfterMs: number;
  readonly count: (result: CheckResult) => void;
  readonly report: (event: string, error: Error) => void;
  readonly onDisagreement: (disagreement: Disagreement) => void;
}

interface Held {
  readonly version: string;
  named: readonly EntityRef[] | undefined;
}

type Asked = Omit<Disagreement, 'reference' | 'sources'>;

/** Entities that hang together with a question that is still copied in less than a millisecond or two. */
const MAX_ENTITIES = 1_000;
const MAX_PENDING = 32;
/** What the reference has loaded cannot be freed but with its thread. */
const MAX_TENANTS = 64;
/** The reference works for a twentieth of a core at most, however slow it is on a large version. */
const REST_PER_WORK = 19;
const LOST_AFTER_MS = 60_000;
const REOPEN_AFTER_MS = 5_000;

/** Puts sampled decisions to the reference. Everything here is bounded: what is too much is dropped, and counted. */
export class CrossChecker extends DecisionSampler {
  private line: ReferenceLine | undefined;
  private opensAfterMs = Number.NEGATIVE_INFINITY;
  private restsUntilMs = Number.NEGATIVE_INFINITY;
  /** What the line holds or is about to hold, by tenant; without `named` it is not ready. */
  private readonly held = new Map<string, Held>();
  private readonly pending = new Map<number, Asked>();
  private nextId = 0;
  private silence: NodeJS.Timeout | undefined;

  constructor(private readonly options: CrossCheckerOptions) {
    super();
  }

  wantsNext(): boolean {
    return this.options.sampling.takesNext();
  }

  take({ tenantId, decisionId, policyVersion, question, evaluation }: DecisionSample): void {
    const named = this.isBusy() ? undefined : this.namedBy(tenantId, policyVersion);
    if (!named) return this.options.count('dropped');
    try {
      const copy = copyQuestion(question, named, MAX_ENTITIES);
      const compiled = findingOf(evaluation);
      const id = (this.nextId += 1);
      this.post({
        kind: 'ask',
        id,
        tenantId,
        version: policyVersion,
        question: copy,
        found: compiled,
      });
      this.pending.set(id, { tenantId, decisionId, policyVersion, compiled });
    } catch {
      // Too large, or not all of it in memory: another decision will do.
      this.options.count('dropped');
    }
  }

  async close(): Promise<void> {
    this.opensAfterMs = Number.POSITIVE_INFINITY;
    await this.hangUp();
  }

  private isBusy(): boolean {
    const isResting = this.options.monotonicMs() < this.restsUntilMs;
    return isResting || this.pending.size >= MAX_PENDING;
  }

  /** What questions about the version must bring; undefined until the line holds it. */
  private namedBy(tenantId: string, version: string): readonly EntityRef[] | undefined {
    const held = this.held.get(tenantId);
    if (held?.version === version) return held.named;
    if (this.options.monotonicMs() < this.opensAfterMs) return undefined;
    if (!held && this.held.size >= MAX_TENANTS) void this.hangUp();
    void this.load(tenantId, version);
    return undefined;
  }

  private async load(tenantId: string, version: string): Promise<void> {
    const held: Held = { version, named: undefined };
    this.held.set(tenantId, held);
    try {
      await sleep(this.options.loadAfterMs, undefined, { ref: false });
      const { store } = this.options;
      const bundle = await store.bundle(tenantId, version);
      if (!bundle) throw new Error(`there is no policy version ${version}`);
      const kept = await store.artifact(tenantId, version);
      // The line may have been lost, or another version come, meanwhile.
      if (this.held.get(tenantId) !== held) return;
      const artifact = kept.kind === 'kept' ? { artifact: kept.bytes } : {};
      this.post({ kind: 'load', tenantId, version, bundle, ...artifact });
    } catch (error) {
      if (this.held.get(tenantId) === held) this.held.delete(tenantId);
      this.pauseAfter(error);
    }
  }

  private post(request: DeskRequest): void {
    this.line ??= this.open();
    this.line.post(request);
    this.silence ??= setTimeout(() => this.lose(new Error('no reply')), LOST_AFTER_MS).unref();
  }

  private open(): ReferenceLine {
    const line: ReferenceLine = this.options.openLine({
      reply: (reply) => {
        if (this.line === line) this.hear(reply);
      },
      lost: (error) => {
        if (this.line === line) this.lose(error);
      },
    });
    return line;
  }

  private hear(reply: DeskReply): void {
    clearTimeout(this.silence);
    this.silence = undefined;
    if (reply.kind === 'loaded' || reply.kind === 'not-loaded') return this.hearLoaded(reply);
    const asked = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    const { count, monotonicMs, onDisagreement } = this.options;
    this.restsUntilMs = monotonicMs() + reply.tookMs * REST_PER_WORK;
    count(reply.kind);
    if (reply.kind !== 'disagreed' || !asked) return;
    // From now on the reference itself decides: there is nothing left to compare it with.
    const held = this.held.get(asked.tenantId);
    if (held?.version === asked.policyVersion) held.named = undefined;
    onDisagreement({ ...asked, reference: reply.reference, sources: reply.bundle });
  }

  private hearLoaded(reply: DeskReply & { kind: 'loaded' | 'not-loaded' }): void {
    const held = this.held.get(reply.tenantId);
    if (held?.version !== reply.version) return;
    // A version that the reference does not load stays held, without `named`: asking again would not help.
    if (reply.kind === 'loaded') held.named = reply.named;
    else this.options.report('policy-check-failed', new Error(reply.message));
  }

  private lose(error: Error): void {
    this.pauseAfter(error);
    void this.hangUp();
  }

  private pauseAfter(error: unknown): void {
    this.opensAfterMs = Math.max(this.opensAfterMs, this.options.monotonicMs() + REOPEN_AFTER_MS);
    const cause = error instanceof Error ? error : new Error(String(error));
    this.options.report('policy-check-failed', cause);
  }

  private async hangUp(): Promise<void> {
    clearTimeout(this.silence);
    this.silence = undefined;
    for (const _ of this.pending) this.options.count('dropped');
    this.pending.clear();
    this.held.clear();
    const { line } = this;
    this.line = undefined;
    await line?.close();
  }
}
