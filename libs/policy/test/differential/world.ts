import type { Rng } from './rng.js';
import { type CedarObject, record, type Uid } from './round.js';
import { anyType, type Member, recordOf, someMembers, type Type, typeJson } from './types.js';

export interface EntityType {
  readonly name: string;
  /** Types that its entities may be members of. */
  readonly parents: readonly string[];
  readonly members: readonly Member[];
  readonly tags: Type | undefined;
  /** Names of its entities; of an enumeration, all there can be. */
  readonly ids: readonly string[];
  readonly isEnum: boolean;
}

export interface Action {
  readonly uid: Uid;
  readonly groups: readonly Uid[];
  /** Empty for an action that is a group only. */
  readonly principals: readonly string[];
  readonly resources: readonly string[];
  readonly context: readonly Member[];
}

/** What a round speaks about: what a schema would declare, whether or not the round has one. */
export interface World {
  readonly types: readonly EntityType[];
  readonly actions: readonly Action[];
  /** Integers beyond ±2^53 may appear. */
  readonly isHuge: boolean;
}

const TYPE_NAMES = ['User', 'Group', 'Doc', 'NS::Team', 'NS::Sub::Folder'];
const IDS = ['a', 'b', 'c', 'alice', 'x y', '', 'é', '"', '__proto__', '𝒳', '\\', '*'];
const ACTION_IDS = ['view', 'edit', 'delete', 'a b', '', 'constructor'];
const GROUP_IDS = ['read', 'write', 'all'];

export function makeWorld(rng: Rng): World {
  const names = rng.some(TYPE_NAMES, 0.7);
  if (names.length < 2) names.splice(0, names.length, 'User', 'Doc');
  const enums = rng.chance(0.2) ? [makeEnum(rng)] : [];
  const all = [...names, ...enums.map(({ name }) => name)];
  const types = names.map((name) => makeType(rng, name, names, all));
  return {
    types: [...types, ...enums],
    actions: makeActions(rng, all),
    isHuge: rng.chance(0.3),
  };
}

export function typeNamed({ types }: World, name: string): EntityType | undefined {
  return types.find((type) => type.name === name);
}

function makeType(
  rng: Rng,
  name: string,
  names: readonly string[],
  all: readonly string[],
): EntityType {
  return {
    name,
    parents: rng.some(names, 0.5),
    members: someMembers(rng, all, 2, rng.between(1, 5)),
    tags: rng.chance(0.4) ? anyType(rng, all, 1) : undefined,
    ids: rng.times(rng.between(1, 3), () => rng.pick(IDS)),
    isEnum: false,
  };
}

function makeEnum(rng: Rng): EntityType {
  const ids = [...new Set(rng.times(3, () => rng.pick(IDS)))];
  return { name: 'Colour', parents: [], members: [], tags: undefined, ids, isEnum: true };
}

function makeActions(rng: Rng, names: readonly string[]): Action[] {
  const namespace = rng.chance(0.3) ? 'NS::Action' : 'Action';
  const none = { principals: [], resources: [], context: [] };
  const groups: Action[] = [];
  for (const id of rng.some(GROUP_IDS, 0.6)) {
    const above = rng.some(groups, 0.5).map(({ uid }) => uid);
    groups.push({ uid: { type: namespace, id }, groups: above, ...none });
  }
  const ids = new Set(rng.times(rng.between(1, 3), () => rng.pick(ACTION_IDS)));
  const actions = [...ids].map((id) => ({
    uid: { type: namespace, id },
    groups: rng.some(groups, 0.5).map(({ uid }) => uid),
    principals: atLeastOne(rng, names),
    resources: atLeastOne(rng, names),
    context: someMembers(rng, names, 2, rng.between(0, 5)),
  }));
  return [...groups, ...actions];
}

function atLeastOne(rng: Rng, names: readonly string[]): string[] {
  const some = rng.some(names, 0.4);
  return some.length > 0 ? some : [rng.pick(names)];
}

/** The world in Cedar's JSON schema format. */
export function schemaJson({ types, actions }: World): CedarObject {
  const spaces = new Map<string, { entityTypes: Entry[]; actions: Entry[] }>();
  const spaceOf = (name: string) => {
    const path = name.split('::').slice(0, -1).join('::');
    const space = spaces.get(path) ?? { entityTypes: [], actions: [] };
    spaces.set(path, space);
    return space;
  };
  for (const type of types)
    spaceOf(type.name).entityTypes.push([type.name.split('::').at(-1) ?? '', entityTypeJson(type)]);
  for (const action of actions)
    spaceOf(action.uid.type).actions.push([action.uid.id, actionJson(action)]);
  return record(
    [...spaces].map(
      ([path, space]) =>
        [path, { entityTypes: record(space.entityTypes), actions: record(space.actions) }] as const,
    ),
  );
}

type Entry = readonly [string, CedarObject];

function entityTypeJson({ isEnum, ids, parents, members, tags }: EntityType): CedarObject {
  if (isEnum) return { enum: ids };
  return {
    memberOfTypes: parents,
    shape: typeJson(recordOf(members)),
    ...(tags === undefined ? {} : { tags: typeJson(tags) }),
  };
}

function actionJson({ groups, principals, resources, context }: Action): CedarObject {
  return {
    memberOf: groups.map(({ type, id }) => ({ type, id })),
    ...(principals.length === 0
      ? {}
      : {
          appliesTo: {
            principalTypes: principals,
            resourceTypes: resources,
            context: typeJson(recordOf(context)),
          },
        }),
  };
}
