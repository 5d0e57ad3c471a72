import type { Rng } from './rng.js';
import { type CedarJson, type Entity, record, type Uid } from './round.js';
import { type Disorder, someUid, Values } from './values.js';
import { TAG_NAMES } from './environment.js';
import { type EntityType, typeNamed, type World } from './world.js';

/** How the edges of the hierarchy may go wrong. */
export interface EdgeDisorder {
  /** A parent of a type that the schema does not allow. */
  readonly wrongType: number;
  /** Some entity is its own ancestor, or stands there twice. */
  readonly broken: number;
}

/** An entity before it is decided how its names are written. */
export interface PlainEntity extends Entity {
  readonly uid: Uid;
  readonly parents: readonly Uid[];
}

const key = ({ type, id }: Uid) => JSON.stringify([type, id]);

/** The entities of a round: most of those that the world names, with chains, diamonds and parents that are not there. */
export function makeEntities(
  rng: Rng,
  world: World,
  disorder: Disorder,
  edges: EdgeDisorder,
): PlainEntity[] {
  const values = new Values(rng, world, disorder);
  const uids = new Map<string, [Uid, EntityType]>();
  for (const type of world.types)
    for (const id of type.ids)
      uids.set(key({ type: type.name, id }), [{ type: type.name, id }, type]);
  const present = rng.some([...uids.values()], 0.85);
  // An edge leads to what stands later in this order, so there is no way back.
  const order = new Map(present.map(([uid], at) => [key(uid), at]));
  const entities = present.map(([uid, type], at) => ({
    uid,
    attrs: values.record(type.members),
    parents: parents(rng, world, type, edges).filter(
      (parent) => (order.get(key(parent)) ?? at + 1) > at,
    ),
    ...(type.tags === undefined ? {} : { tags: tags(rng, values, type.tags) }),
  }));
  return rng.chance(edges.broken) ? broken(rng, entities) : entities;
}

function parents(
  rng: Rng,
  world: World,
  { parents: allowed }: EntityType,
  edges: EdgeDisorder,
): Uid[] {
  const found = new Map<string, Uid>();
  for (let count = rng.below(4); count > 0; count--) {
    const isWrong = rng.chance(edges.wrongType);
    const type = isWrong
      ? rng.pick(world.types)
      : typeNamed(world, allowed[rng.below(allowed.length || 1)] ?? '');
    if (type === undefined) continue;
    const uid = someUid(rng, world, type.name);
    found.set(key(uid), uid);
  }
  return [...found.values()];
}

function tags(
  rng: Rng,
  values: Values,
  type: Parameters<Values['value']>[0],
): Record<string, CedarJson> {
  return record(rng.some(TAG_NAMES, 0.5).map((name) => [name, values.value(type)] as const));
}

function broken(rng: Rng, entities: PlainEntity[]): PlainEntity[] {
  const at = rng.below(entities.length || 1);
  const entity = entities[at];
  if (entity === undefined) return entities;
  if (rng.chance(0.3)) return [...entities, entity];
  if (rng.chance(0.3)) return [...entities, { ...entity, attrs: { twice: true } }];
  const below = entities.find(({ parents }) =>
    parents.some((parent) => key(parent) === key(entity.uid)),
  );
  const back = below?.uid ?? entity.uid;
  return entities.with(at, { ...entity, parents: [...entity.parents, back] });
}

/** The world's actions as entities, with their groups as parents; a schema would bring them along. */
export function actionEntities(rng: Rng, world: World, edges: EdgeDisorder): PlainEntity[] {
  return rng.some(world.actions, 0.9).map(({ uid, groups }) => {
    if (!rng.chance(edges.broken)) return { uid, attrs: {}, parents: groups };
    const { name } = rng.pick(world.types);
    return { uid, attrs: { a: true }, parents: [...groups, someUid(rng, world, name)] };
  });
}

/** The entity with some of its names in the `__entity` escape, which says the same. */
export function asWritten(rng: Rng, { uid, parents, ...rest }: PlainEntity): Entity {
  const written = (name: Uid) => (rng.chance(0.1) ? { __entity: name } : name);
  return { uid: written(uid), parents: parents.map(written), ...rest };
}
