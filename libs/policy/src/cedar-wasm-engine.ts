import {
  type AuthorizationAnswer,
  type Policy as CedarPolicy,
  preparsePolicySet,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import type {
  EntityRecord,
  EntityRef,
  Evaluation,
  PolicyBundle,
  ReasonCode,
} from '@sallyport/contracts';
import { ActionGroups, declaredGroups } from './action-groups.js';
import type { PolicyAnnotations } from './annotations.js';
import { type Policy, readBundle } from './bundle.js';
import { isUnicodeRef } from './cedar-json.js';
import { actionsNamed } from './compiled/policy-cache.js';
import { readScope } from './compiled/scope.js';
import { authzenType } from './compiled/type-names.js';
import { cedarEntity, cedarUid } from './cedar-uid.js';
import { toContextRecord } from './context-record.js';
import type {
  LoadedPolicy,
  OpenQuestion,
  PolicyEngine,
  PolicyQuestion,
  PolicySetName,
} from './engine.js';
import { actionRef, sliceEntities } from './entities.js';
import { evaluationOf } from './evaluation.js';
import { entitiesLookedInto, type Expression } from './expression.js';
import { NotResident } from './not-resident.js';
import { PolicyLoadError } from './policy-load-error.js';
import { policyVersionId } from './policy-version.js';
import { ANYBODY, type Prospects } from './search/prospects.js';

// INVARIANT: this mirrors what cedar-wasm holds. Its cache is one per process, so this is too, whatever the number of engines: an engine that
// believed its own list would decide with policies that another one put into the slot.
const heldBySlot = new Map<string, string>();

/**
 * Cedar's own evaluator, compiled to WASM. Correct by definition and slow: the reference for everything else. What it has parsed stays in memory under its
 * slot's name until the slot is loaded again; there is no way to free it, so slots must be few and constant.
 */
export class CedarWasmEngine implements PolicyEngine {
  readonly name = 'cedar-wasm';

  load(slot: string, bundle: PolicyBundle, set: PolicySetName = 'live'): LoadedPolicy {
    const { policies, problems } = readBundle(bundle);
    if (problems.length > 0) throw new PolicyLoadError(problems);
    const enforced = policies.filter(
      ({ annotations }) => set === 'shadow' || annotations.mode === 'enforce',
    );
    return new WasmPolicy(`${set}:${slot}`, policyVersionId(bundle), enforced, bundle.schema);
  }
}

class WasmPolicy implements LoadedPolicy {
  readonly annotations: ReadonlyMap<string, PolicyAnnotations>;
  readonly actionNames: readonly string[];
  private readonly sources: Readonly<Record<string, CedarPolicy>>;
  private readonly groups: ActionGroups;
  private readonly named: readonly EntityRef[];
  private readonly inScope: Readonly<Record<OpenQuestion['open'], readonly EntityRef[]>>;

  constructor(
    private readonly slot: string,
    readonly version: string,
    policies: readonly Policy[],
    schema: string | undefined,
  ) {
    const declared = declaredGroups(schema);
    const actions = policies.flatMap(({ json }) => actionsNamed(json));
    this.actionNames = [...new Set([...actions, ...declared.map(([action]) => action)])].sort();
    this.annotations = new Map(policies.map(({ id, annotations }) => [id, annotations]));
    this.sources = Object.fromEntries(policies.map(({ id, evaluable }) => [id, evaluable]));
    this.groups = new ActionGroups(declared);
    this.named = policies.flatMap(({ json }) =>
      json.conditions.flatMap(({ body }) => [...entitiesLookedInto(body as Expression)]),
    );
    const lines = policies.map(({ json }) => readScope(json, authzenType, {}));
    const inScope = (open: OpenQuestion['open']) =>
      lines.flatMap(({ [open]: line }) => (line.kind === 'equals' ? [line.entity] : []));
    this.inScope = { principal: inScope('principal'), resource: inScope('resource') };
    this.prepare();
  }

  /** What policies name in their scopes, and whatever else there is: it says nothing about parts of a question. */
  prospects({ open }: OpenQuestion): Prospects {
    return { ...ANYBODY, named: this.inScope[open] };
  }

  evaluate(question: PolicyQuestion): Evaluation {
    const { principal, resource, action } = question;
    // INVARIANT: nothing that is no Unicode reaches cedar-wasm. It throws, each throw costs it stack for good, and after some 1,100 it is broken.
    if (![principal.ref, resource.ref, actionRef(action)].every(isUnicodeRef))
      return failed('request-invalid', 'a name in the request is not valid Unicode');
    try {
      const entities = this.sliceOf(question);
      if (!entities.every(({ uid, parents }) => [uid, ...parents].every(isUnicodeRef)))
        return failed('policy-unavailable', 'a name in the register is not valid Unicode');
      this.prepare();
      const answer = this.ask(question, entities);
      if (answer.type === 'success') return evaluationOf(answer.response, this.annotations);
      return failed('policy-unavailable', answer.errors.map(({ message }) => message).join(' '));
    } catch (error) {
      if (error instanceof NotResident) throw error;
      return failed('policy-unavailable', String(error));
    }
  }

  private ask(
    { principal, action, resource, facts, actionProperties, request }: PolicyQuestion,
    entities: readonly EntityRecord[],
  ): AuthorizationAnswer {
    const context = toContextRecord(facts, actionProperties, request);
    return statefulIsAuthorized({
      principal: cedarUid(principal.ref),
      action: actionRef(action),
      resource: cedarUid(resource.ref),
      context: context as Record<string, never>,
      preparsedPolicySetId: this.slot,
      validateRequest: false,
      entities: entities.map(cedarEntity),
    });
  }

  private sliceOf({
    principal,
    action,
    resource,
    facts,
    entities,
  }: PolicyQuestion): EntityRecord[] {
    const lookup = (ref: EntityRef): EntityRecord | undefined => {
      const parents = this.groups.parentsOf(ref);
      return parents === undefined ? entities.get(ref) : { uid: ref, attrs: {}, parents };
    };
    const { grants, nowMs } = facts;
    return sliceEntities({ lookup, principal, action, resource, grants, nowMs, named: this.named });
  }

  private prepare(): void {
    if (heldBySlot.get(this.slot) === this.version) return;
    heldBySlot.delete(this.slot);
    const answer = preparsePolicySet(this.slot, { staticPolicies: { ...this.sources } });
    if (answer.type === 'failure')
      throw new Error(answer.errors.map(({ message }) => message).join(' '));
    heldBySlot.set(this.slot, this.version);
  }
}

function failed(reason: ReasonCode, message: string): Evaluation {
  return {
    outcome: 'indeterminate',
    determining: [],
    erroring: [],
    obligations: [],
    advice: [],
    controls: [],
    failure: { reason, message },
  };
}
