import { RefMap } from '../ref-map.js';
import type { CompiledPolicy } from './compile-policy.js';
import type { EntityName, Environment } from './environment.js';
import { type Constraint, type Scope, testOf } from './scope.js';
import type { EntityValue } from './value.js';

/** A policy of a set, with what is left to test of its scope. `rank` is its place in the order of ids. */
export interface Candidate<P extends CompiledPolicy = CompiledPolicy> {
  readonly policy: P;
  readonly rank: number;
  readonly matches: (environment: Environment) => boolean;
}

/** The policies of a set that may be about a question. */
export interface PolicyIndex<P extends CompiledPolicy = CompiledPolicy> {
  /** Calls `visit` once for each policy whose scope matches; not in order of rank. */
  forEach(environment: Environment, visit: (candidate: Candidate<P>) => void): void;
}

/** Looks at every policy: what the index is proven against. */
export class LinearIndex<P extends CompiledPolicy> implements PolicyIndex<P> {
  private readonly candidates: readonly Candidate<P>[];

  constructor(policies: readonly P[]) {
    this.candidates = policies.map((policy, rank) => candidate(policy, rank, undefined));
  }

  forEach(environment: Environment, visit: (candidate: Candidate<P>) => void): void {
    for (const each of this.candidates) if (each.matches(environment)) visit(each);
  }
}

/**
 * Keeps each policy under the most telling line of its scope: the resource, else the principal, else the action, else a type. A question looks only under what
 * it names and what stands above that, so the number of policies about other things does not matter.
 */
export class ScopeIndex<P extends CompiledPolicy> implements PolicyIndex<P> {
  private readonly resources = new EntityBuckets<P>();
  private readonly principals = new EntityBuckets<P>();
  private readonly actions = new EntityBuckets<P>();
  private readonly resourceTypes = new Map<string, Candidate<P>[]>();
  private readonly principalTypes = new Map<string, Candidate<P>[]>();
  private readonly others: Candidate<P>[] = [];

  private size = 0;

  /** Adds policies in order of their ids. */
  add(policy: P): void {
    const { principal, action, resource } = policy.scope;
    const rank = this.size++;
    const under = (line: keyof Scope) => candidate(policy, rank, line);
    if (isNamed(resource)) this.resources.add(resource, under('resource'));
    else if (isNamed(principal)) this.principals.add(principal, under('principal'));
    else if (isNamed(action)) this.actions.add(action, under('action'));
    else if (resource.kind === 'type') append(this.resourceTypes, resource.type, under('resource'));
    else if (principal.kind === 'type')
      append(this.principalTypes, principal.type, under('principal'));
    else this.others.push(candidate(policy, rank, undefined));
  }

  forEach(environment: Environment, visit: (candidate: Candidate<P>) => void): void {
    const { principal, action, resource } = environment;
    this.resources.forEach(resource, environment, visit);
    this.principals.forEach(principal, environment, visit);
    this.actions.forEach(action, environment, visit);
    offer(this.resourceTypes.get(resource.type), environment, visit);
    offer(this.principalTypes.get(principal.type), environment, visit);
    offer(this.others, environment, visit);
  }
}

type Named = Exclude<Constraint, { readonly kind: 'all' | 'type' }>;

/** Policies by the entities that one line of their scope names. */
class EntityBuckets<P extends CompiledPolicy> {
  private readonly equal = new RefMap<Candidate<P>[]>();
  private readonly within = new RefMap<Candidate<P>[]>();
  private hasEqual = false;
  private hasWithin = false;

  add(constraint: Named, added: Candidate<P>): void {
    if (constraint.kind === 'equals') {
      this.hasEqual = true;
      appendTo(this.equal, constraint.entity, added);
      return;
    }
    this.hasWithin = true;
    for (const entity of constraint.entities) appendTo(this.within, entity, added);
  }

  forEach(
    entity: EntityValue,
    environment: Environment,
    visit: (candidate: Candidate<P>) => void,
  ): void {
    if (this.hasEqual) offer(this.equal.get(entity), environment, visit);
    if (!this.hasWithin) return;
    let found = this.within.get(entity);
    let all: Set<Candidate<P>> | undefined;
    for (const ancestor of environment.entities.ancestorsOf(entity)) {
      const bucket = this.within.get(ancestor);
      if (bucket === undefined || bucket === found) continue;
      // A policy that names several entities, or an entity that is above in several ways, is still one.
      if (found !== undefined) all ??= new Set(found);
      if (all === undefined) found = bucket;
      else for (const each of bucket) all.add(each);
    }
    offer(all === undefined ? found : [...all], environment, visit);
  }
}

function offer<P extends CompiledPolicy>(
  candidates: readonly Candidate<P>[] | undefined,
  environment: Environment,
  visit: (candidate: Candidate<P>) => void,
): void {
  if (candidates === undefined) return;
  for (const each of candidates) if (each.matches(environment)) visit(each);
}

/** `found`: the line of the scope under which the index finds the policy; it needs no test. */
function candidate<P extends CompiledPolicy>(
  policy: P,
  rank: number,
  found: keyof Scope | undefined,
): Candidate<P> {
  const [principal, action, resource] = (['principal', 'action', 'resource'] as const).map((line) =>
    testOf(line === found ? remainder(policy.scope[line]) : policy.scope[line]),
  );
  const matches = (environment: Environment) =>
    (resource === undefined || resource(environment.resource, environment)) &&
    (action === undefined || action(environment.action, environment)) &&
    (principal === undefined || principal(environment.principal, environment));
  return { policy, rank, matches };
}

/** Of `is T in e`, found under `e`, the type is left. */
function remainder(constraint: Constraint): Constraint {
  return constraint.kind === 'within' && constraint.type !== undefined
    ? { kind: 'type', type: constraint.type }
    : { kind: 'all' };
}

function isNamed(constraint: Constraint): constraint is Named {
  return constraint.kind === 'equals' || constraint.kind === 'within';
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function appendTo<T>(lists: RefMap<T[]>, entity: EntityName, item: T): void {
  const list = lists.get(entity);
  if (list === undefined) lists.set(entity, [item]);
  // A list may name an entity twice: `action in [Action::"read", Action::"read"]`.
  else if (list.at(-1) !== item) list.push(item);
}
