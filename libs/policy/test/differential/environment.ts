import type { Rng } from './rng.js';
import type { Expr, Uid } from './round.js';
import { entityOf, type Member, recordOf, type Type } from './types.js';
import { type Action, typeNamed, type World } from './world.js';
import { someUid } from './values.js';

/** Who may ask what: one combination that an action applies to. */
export interface Environment {
  readonly action: Action;
  readonly principal: string;
  readonly resource: string;
}

/** An expression of a known type that reads data, and what guards it from failing where a member may be missing. */
export interface Access {
  readonly type: Type;
  readonly expression: Expr;
  readonly guards: readonly Expr[];
  /** How many attributes and tags lie between it and its root. */
  readonly steps: number;
}

const MAX_ACCESSES = 60;
const MAX_STEPS = 3;

export function someEnvironment(rng: Rng, world: World): Environment {
  const action = rng.pick(world.actions.filter(({ principals }) => principals.length > 0));
  return { action, principal: rng.pick(action.principals), resource: rng.pick(action.resources) };
}

/** What can be read in an environment by attributes and tags, up to three steps from a variable or an entity; by type. */
export function accessesIn(
  rng: Rng,
  world: World,
  { action, principal, resource }: Environment,
): Map<string, Access[]> {
  const open: Access[] = [
    root({ Var: 'principal' }, entityOf(principal)),
    root({ Var: 'resource' }, entityOf(resource)),
    root({ Var: 'context' }, recordOf(action.context)),
  ];
  const named = rng.pick(world.types).name;
  open.push(root(entityLiteral(someUid(rng, world, named)), entityOf(named)));
  const found = new Map<string, Access[]>();
  for (let at = 0; at < open.length && at < MAX_ACCESSES; at++) {
    const access = open[at] as Access;
    const sameType = found.get(access.type.key);
    if (sameType === undefined) found.set(access.type.key, [access]);
    else sameType.push(access);
    if (access.steps < MAX_STEPS) open.push(...next(rng, world, access));
  }
  return found;
}

export function entityLiteral(uid: Uid): Expr {
  return { Value: { __entity: { ...uid } } };
}

function root(expression: Expr, type: Type): Access {
  return { type, expression, guards: [], steps: 0 };
}

function next(rng: Rng, world: World, access: Access): Access[] {
  const { type } = access;
  if (type.kind === 'Record') return type.members.map((member) => attribute(access, member));
  const entity = type.kind === 'Entity' ? typeNamed(world, type.name) : undefined;
  if (entity === undefined) return [];
  const attributes = entity.members.map((member) => attribute(access, member));
  if (entity.tags === undefined) return attributes;
  const right = { Value: rng.pick(TAG_NAMES) };
  const tag = { left: access.expression, right };
  const guards = [...access.guards, { hasTag: tag }];
  const steps = access.steps + 1;
  return [...attributes, { type: entity.tags, expression: { getTag: tag }, guards, steps }];
}

export const TAG_NAMES = ['k', 'a', '', '__proto__', 'é'];

function attribute(
  { expression, guards, steps }: Access,
  { name, type, required }: Member,
): Access {
  return {
    type,
    expression: { '.': { left: expression, attr: name } },
    guards: required ? guards : [...guards, { has: { left: expression, attr: name } }],
    steps: steps + 1,
  };
}
