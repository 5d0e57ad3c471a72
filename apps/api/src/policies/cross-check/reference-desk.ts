import type { EntityRef, Evaluation, PolicyBundle } from '@sallyport/contracts';
import {
  CedarWasmEngine,
  type LoadedPolicy,
  namedEntities,
  type QuestionCopy,
  questionOfCopy,
  readPublished,
} from '@sallyport/policy';
import { decodePublished } from '../artifact-codec.js';

/** As much of an evaluation as two engines must agree on. */
export interface Finding {
  readonly outcome: Evaluation['outcome'];
  readonly determining: readonly string[];
  readonly erroring: readonly string[];
}

/** What the desk is given: the sources of a tenant's version, once, then questions about it. */
export type DeskRequest =
  | {
      readonly kind: 'load';
      readonly tenantId: string;
      readonly version: string;
      readonly bundle: PolicyBundle;
      /** What was found out about its policies when it was published: then only the evaluator itself has to parse them. */
      readonly artifact?: Uint8Array;
    }
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly tenantId: string;
      readonly version: string;
      readonly question: QuestionCopy;
      readonly found: Finding;
    };

export type DeskReply =
  /** `named`: what questions must bring beside what hangs together with them. */
  | {
      readonly kind: 'loaded';
      readonly tenantId: string;
      readonly version: string;
      readonly named: readonly EntityRef[];
    }
  | {
      readonly kind: 'not-loaded';
      readonly tenantId: string;
      readonly version: string;
      readonly message: string;
    }
  | { readonly kind: 'agreed'; readonly id: number; readonly tookMs: number }
  | {
      readonly kind: 'disagreed';
      readonly id: number;
      readonly tookMs: number;
      readonly reference: Finding;
      /** For whoever has to decide without the compiled form from now on. */
      readonly bundle: PolicyBundle;
    }
  | {
      readonly kind: 'unanswered';
      readonly id: number;
      readonly tookMs: number;
      readonly message: string;
    };

interface Loaded {
  readonly policy: LoadedPolicy;
  readonly bundle: PolicyBundle;
}

/** Answers with Cedar's own evaluator. Its sources prove themselves: their hash is the name of the version. */
export class ReferenceDesk {
  private readonly engine = new CedarWasmEngine();
  private readonly tenants = new Map<string, Loaded>();

  constructor(private readonly monotonicMs: () => number) {}

  receive(request: DeskRequest): DeskReply {
    return request.kind === 'load' ? this.load(request) : this.ask(request);
  }

  private load(request: DeskRequest & { kind: 'load' }): DeskReply {
    const { tenantId, version, bundle, artifact } = request;
    try {
      if (artifact) readPublished(bundle, decodePublished(artifact).artifact);
      const policy = this.engine.load(tenantId, bundle, 'live');
      if (policy.version !== version) throw new Error(`its sources are those of ${policy.version}`);
      this.tenants.set(tenantId, { policy, bundle });
      return { kind: 'loaded', tenantId, version, named: namedEntities(bundle) };
    } catch (error) {
      return { kind: 'not-loaded', tenantId, version, message: String(error) };
    }
  }

  private ask({
    id,
    tenantId,
    version,
    question,
    found,
  }: DeskRequest & { kind: 'ask' }): DeskReply {
    const startedAtMs = this.monotonicMs();
    const loaded = this.tenants.get(tenantId);
    if (loaded?.policy.version !== version)
      return { kind: 'unanswered', id, tookMs: 0, message: 'another version is loaded' };
    const evaluation = loaded.policy.evaluate(questionOfCopy(question));
    const tookMs = this.monotonicMs() - startedAtMs;
    const reference = findingOf(evaluation);
    if (isSame(found, reference)) return { kind: 'agreed', id, tookMs };
    // What the reference cannot answer says nothing about the other.
    if (evaluation.failure)
      return { kind: 'unanswered', id, tookMs, message: evaluation.failure.message };
    return { kind: 'disagreed', id, tookMs, reference, bundle: loaded.bundle };
  }
}

export function findingOf({ outcome, determining, erroring }: Evaluation): Finding {
  return {
    outcome,
    determining: determining.map(({ id }) => id).sort(),
    erroring: erroring.map(({ id }) => id).sort(),
  };
}

function isSame(a: Finding, b: Finding): boolean {
  return (
    a.outcome === b.outcome &&
    isSameList(a.determining, b.determining) &&
    isSameList(a.erroring, b.erroring)
  );
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}
