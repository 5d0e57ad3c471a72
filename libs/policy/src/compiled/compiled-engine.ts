import type { Evaluation, PolicyBundle } from '@sallyport/contracts';
import { ActionGroups } from '../action-groups.js';
import type { PolicyAnnotations } from '../annotations.js';
import {
  type ArtifactEngine,
  type ArtifactPolicy,
  buildArtifact,
  type PolicyArtifact,
} from '../artifact.js';
import { isUnicode, isUnicodeRef } from '../cedar-json.js';
import type { LoadedPolicy, OpenQuestion, PolicyQuestion, PolicySetName } from '../engine.js';
import { NotResident } from '../not-resident.js';
import { questionNumber } from './environment.js';
import type { Prospects } from '../search/prospects.js';
import { type SearchablePolicy, searchSet } from '../search/search-set.js';
import { readsClock } from '../reads-clock.js';
import type { PlannablePolicy } from '../plan/plan-environment.js';
import { planPolicies } from '../plan/plan-policies.js';
import type { PlanQuestion, PolicyPlan } from '../plan/plan-question.js';
import { evaluateSet } from './evaluate-set.js';
import { type AnnotatedPolicy, Evaluations, indeterminate } from './evaluations.js';
import { QuestionFault } from './literal.js';
import { PolicyCache } from './policy-cache.js';
import { QuestionContexts } from './question-contexts.js';
import { QuestionEntities } from './question-entities.js';
import { ScopeIndex } from './scope-index.js';

// Measured: some 2 ms of a slow core between two pauses.
const TURN_CHARACTERS = 16 * 1024;

/**
 * Takes decisions with our own compiler, straight from the live registers: microseconds where `CedarWasmEngine` takes a tenth of a millisecond and more, and the same
 * answers. Trusted because it is compared: with Cedar's public tests, with cedar-wasm on generated sets, and on live decisions.
 */
export class CompiledEngine implements ArtifactEngine {
  readonly name = 'compiled';
  private readonly caches = new Map<string, PolicyCache>();
  private readonly contexts = new QuestionContexts();
  private readonly artifacts = new WeakMap<PolicyBundle, PolicyArtifact>();

  load(slot: string, bundle: PolicyBundle, set: PolicySetName = 'live'): LoadedPolicy {
    const artifact = this.artifacts.get(bundle) ?? buildArtifact(bundle);
    this.artifacts.set(bundle, artifact);
    return this.loadArtifact(slot, artifact, set);
  }

  loadArtifact(slot: string, artifact: PolicyArtifact, set: PolicySetName = 'live'): LoadedPolicy {
    const loading = new Loading(this.cacheOf(slot), this.contexts, artifact);
    for (const policy of inSet(artifact, set)) loading.add(policy);
    return loading.finish();
  }

  async prepare(
    slot: string,
    artifact: PolicyArtifact,
    set: PolicySetName,
    pause: () => Promise<void>,
  ): Promise<LoadedPolicy> {
    const loading = new Loading(this.cacheOf(slot), this.contexts, artifact);
    let turn = 0;
    for (const policy of inSet(artifact, set)) {
      loading.add(policy);
      turn += policy.est.length;
      if (turn < TURN_CHARACTERS) continue;
      turn = 0;
      await pause();
    }
    return loading.finish();
  }

  private cacheOf(slot: string): PolicyCache {
    const cache = this.caches.get(slot) ?? new PolicyCache();
    this.caches.set(slot, cache);
    return cache;
  }
}

function inSet({ policies }: PolicyArtifact, set: PolicySetName): readonly ArtifactPolicy[] {
  const enforced = policies.filter(
    ({ annotations }) => set === 'shadow' || annotations.mode === 'enforce',
  );
  // Hardly any work: they come in order.
  return enforced.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A policy with its text, for questions that ask of many resources or subjects at once. */
type StoredPolicy = SearchablePolicy & PlannablePolicy;

/** A set on its way into the engine, policy by policy in order of ids. */
class Loading {
  private readonly index = new ScopeIndex<AnnotatedPolicy>();
  private readonly annotations = new Map<string, PolicyAnnotations>();
  private readonly actions = new Set<string>();
  private hasClock = false;
  private readonly stored: StoredPolicy[] = [];

  constructor(
    private readonly cache: PolicyCache,
    private readonly contexts: QuestionContexts,
    private readonly artifact: PolicyArtifact,
  ) {
    cache.begin(artifact);
  }

  add(policy: ArtifactPolicy): void {
    const { id, annotations, est } = policy;
    const { compiled, actions } = this.cache.get(policy);
    const { effect, scope, holds } = compiled;
    // Member by member: V8 gives each copy by spread a shape of its own, and finds nothing in it without a search.
    const stored = { id, effect, scope, holds, annotations, est };
    this.stored.push(stored);
    this.index.add(stored);
    this.annotations.set(id, annotations);
    for (const action of actions) this.actions.add(action);
    this.hasClock ||= readsClock(policy.est);
  }

  finish(): LoadedPolicy {
    this.cache.end();
    const { version, actionParents } = this.artifact;
    return new CompiledSet(
      version,
      this.annotations,
      [...new Set([...this.actions, ...actionParents.map(([action]) => action)])].sort(),
      this.hasClock,
      this.index,
      new ActionGroups(actionParents),
      this.stored,
      this.contexts,
    );
  }
}

class CompiledSet implements LoadedPolicy {
  private readonly evaluations = new Evaluations();

  constructor(
    readonly version: string,
    readonly annotations: ReadonlyMap<string, PolicyAnnotations>,
    readonly actionNames: readonly string[],
    readonly readsClock: boolean,
    private readonly index: ScopeIndex<AnnotatedPolicy>,
    private readonly groups: ActionGroups,
    private readonly stored: readonly StoredPolicy[],
    private readonly contexts: QuestionContexts,
  ) {}

  prospects(question: OpenQuestion): Prospects {
    return searchSet(this.stored, question, this.groups);
  }

  evaluate(question: PolicyQuestion): Evaluation {
    const { principal, action, resource } = question;
    if (!isUnicodeRef(principal.ref) || !isUnicode(action) || !isUnicodeRef(resource.ref))
      return indeterminate('request-invalid', 'a name in the request is not valid Unicode');
    try {
      return this.evaluations.of(evaluateSet(this.index, this.environment(question)));
    } catch (error) {
      if (error instanceof NotResident) throw error;
      const message = error instanceof QuestionFault ? error.message : String(error);
      return indeterminate('policy-unavailable', message);
    }
  }

  plan(question: PlanQuestion): PolicyPlan {
    try {
      return planPolicies(this.stored, this.groups, question);
    } catch (error) {
      // What is thrown further on is an Error.
      if (error instanceof QuestionFault) throw new Error(error.message);
      throw error;
    }
  }

  private environment(question: PolicyQuestion) {
    const context = this.contexts.of(question);
    const entities = new QuestionEntities(question, context.liveGrants, this.groups);
    const { principal, action, resource } = entities;
    return {
      principal,
      action,
      resource,
      context: context.record,
      entities,
      number: questionNumber(),
      contextNumber: context.number,
      isContextShared: context.isShared,
    };
  }
}
