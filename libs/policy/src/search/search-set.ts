import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { type EntityRef, escapeTypeName, type GrantFacts } from '@sallyport/contracts';
import type { ActionGroups } from '../action-groups.js';
import { isUnicode, isUnicodeRef } from '../cedar-json.js';
import { ExpressionCompiler } from '../compiled/compile-expression.js';
import type { CompiledPolicy } from '../compiled/compile-policy.js';
import type { Environment } from '../compiled/environment.js';
import { UnsupportedFeatureError } from '../compiled/fault.js';
import { FactsContext } from '../compiled/fact-values.js';
import { QuestionFault } from '../compiled/literal.js';
import { QuestionEntities } from '../compiled/question-entities.js';
import { type Constraint, testOf } from '../compiled/scope.js';
import { authzenType } from '../compiled/type-names.js';
import { EntityValue } from '../compiled/value.js';
import type { OpenQuestion } from '../engine.js';
import { isActionType } from '../entities.js';
import { liveGrants } from '../live-grants.js';
import { reducePolicy } from '../partial/partial-policy.js';
import { isAncestryOpen, type PartialQuestion } from '../partial/partial-question.js';
import type { Reduction } from '../partial/reduction.js';
import { looksAtNoneOf } from './context-use.js';
import { ANYBODY, eitherOf, NOBODY, type Prospects } from './prospects.js';
import { prospectsOf } from './prospects-of-condition.js';

/** A policy as searches read it: its scope compiled, its conditions as they are stored. */
export interface SearchablePolicy extends CompiledPolicy {
  readonly est: string;
}

/** Beyond as many policies, what is left of each by its scope is not reduced any further: that is worth less than it costs. */
const MAX_REDUCED = 100;

/** What one open question is worked out with. */
interface Search {
  readonly open: OpenQuestion['open'];
  /** Without a context, what depends on it is open. */
  readonly bare: PartialQuestion;
  readonly full: PartialQuestion;
  readonly openMembers: ReadonlySet<string>;
  readonly roles: readonly EntityRef[];
}

/**
 * Who may be permitted: the known part of the question is held against each policy once, instead of once per candidate. What a forbid denies in any case,
 * and a question that can't be answered, has no candidates. Throws `NotResident`.
 */
export function searchSet(
  policies: readonly SearchablePolicy[],
  question: OpenQuestion,
  groups: ActionGroups,
): Prospects {
  const search = isUnicodeQuestion(question) ? prepare(question, groups) : undefined;
  if (search === undefined) return NOBODY;
  const matching = policies.filter(({ scope }) => mayMatch(scope, search));
  return deniesAll(matching, search) ? NOBODY : candidatesOf(matching, search);
}

/** Undefined where the register can't be answered from, whoever is asked about. */
function prepare(question: OpenQuestion, groups: ActionGroups): Search | undefined {
  const { grants, nowMs } = question.facts;
  const live = question.open === 'principal' ? [] : liveGrants(grants, nowMs);
  try {
    return searchIn(new QuestionEntities(question, live, groups), question, live);
  } catch (error) {
    if (error instanceof QuestionFault) return undefined;
    throw error;
  }
}

function searchIn(
  entities: QuestionEntities,
  { open, openMembers, facts, actionProperties, request }: OpenQuestion,
  live: readonly GrantFacts[],
): Search {
  const { principal, action, resource } = entities;
  const part = (name: OpenQuestion['open'], entity: EntityValue) =>
    name === open
      ? ({ kind: 'unknown', type: entity.type } as const)
      : ({ kind: 'known', entity } as const);
  const bare: PartialQuestion = {
    principal: part('principal', principal),
    action,
    resource: part('resource', resource),
    context: undefined,
    entities,
    names: { read: authzenType, write: escapeTypeName },
  };
  const context = new FactsContext({ facts, liveGrants: live, actionProperties, request });
  const roles = live.map(({ role }) => role);
  return { open, bare, full: { ...bare, context }, openMembers: new Set(openMembers), roles };
}

/** By the lines of the scope that are about what is known. */
function mayMatch(
  { principal, action, resource }: SearchablePolicy['scope'],
  { bare }: Search,
): boolean {
  return (
    lineMayMatch(action, { kind: 'known', entity: bare.action }, bare) &&
    lineMayMatch(principal, bare.principal, bare) &&
    lineMayMatch(resource, bare.resource, bare)
  );
}

function lineMayMatch(
  line: Constraint,
  part: PartialQuestion['principal'],
  question: PartialQuestion,
): boolean {
  if (part.kind === 'unknown') return isOfType(line, part.type);
  const { entity } = part;
  const test = testOf(line);
  // INVARIANT: of an environment, tests of a scope read the entities alone.
  if (test === undefined || test(entity, question as unknown as Environment)) return true;
  return line.kind === 'within' && isAncestryOpen(question, entity);
}

function isOfType(line: Constraint, type: string | undefined): boolean {
  if (line.kind === 'equals') return line.entity.type === type;
  return line.kind === 'all' || line.type === undefined || line.type === type;
}

function deniesAll(policies: readonly SearchablePolicy[], search: Search): boolean {
  const forbids = policies.filter(({ effect }) => effect === 'forbid').slice(0, MAX_REDUCED);
  return forbids.some((policy) => {
    const reduced = reduce(policy, search);
    return reduced?.kind === 'known' && reduced.value === true;
  });
}

function candidatesOf(policies: readonly SearchablePolicy[], search: Search): Prospects {
  const permits = policies.filter(({ effect }) => effect === 'permit');
  const found = permits.map((policy, at) =>
    at < MAX_REDUCED ? candidatesBy(policy, search) : candidatesByScope(policy, search),
  );
  return withHeldRoles(found.reduce(eitherOf, NOBODY), search);
}

function candidatesBy(policy: SearchablePolicy, search: Search): Prospects {
  const reduced = reduce(policy, search);
  if (reduced === undefined) return candidatesByScope(policy, search);
  if (reduced.kind === 'fault') return NOBODY;
  if (reduced.kind === 'known') return reduced.value === true ? ANYBODY : NOBODY;
  const { entities } = search.bare;
  const ancestorsOf = ({ type, id }: EntityRef) => entities.ancestorsOf(new EntityValue(type, id));
  return safe(prospectsOf(reduced.expression, { name: search.open, ancestorsOf }));
}

function candidatesByScope({ scope }: SearchablePolicy, { open }: Search): Prospects {
  const line = scope[open];
  if (line.kind === 'equals') return { ...NOBODY, named: [line.entity] };
  return line.kind === 'within' ? safe({ ...NOBODY, within: line.entities }) : ANYBODY;
}

/** Undefined where it meets an entity that can't be read, for a candidate may never get there, or comes to what has no literal. */
function reduce(
  { est }: SearchablePolicy,
  { bare, full, openMembers }: Search,
): Reduction | undefined {
  const json = JSON.parse(est) as PolicyJson;
  const question = looksAtNoneOf(json, openMembers) ? full : bare;
  try {
    return reducePolicy(json, question, new ExpressionCompiler(authzenType));
  } catch (error) {
    if (error instanceof QuestionFault || error instanceof UnsupportedFeatureError)
      return undefined;
    throw error;
  }
}

/** What stands below an action is for the schema to say, not for the register. */
function safe(prospects: Prospects): Prospects {
  return prospects.within.some(({ type }) => isActionType(type)) ? ANYBODY : prospects;
}

/** The known principal's roles are above whatever stands below it, too. */
function withHeldRoles(prospects: Prospects, { bare, roles }: Search): Prospects {
  const { principal, entities } = bare;
  if (roles.length === 0 || principal.kind === 'unknown' || prospects.within.length === 0)
    return prospects;
  const holdsAny = prospects.within.some(({ type, id }) =>
    entities.isBelow(principal.entity, new EntityValue(type, id)),
  );
  return holdsAny ? { ...prospects, within: [...prospects.within, principal.entity] } : prospects;
}

function isUnicodeQuestion({ principal, action, resource }: OpenQuestion): boolean {
  return isUnicodeRef(principal.ref) && isUnicode(action) && isUnicodeRef(resource.ref);
}
