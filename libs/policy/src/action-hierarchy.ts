import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import { parseSchema } from './merge-schema.js';

/** The action groups that a schema declares, for an evaluator that is not given the schema. */
export interface ActionHierarchy {
  /** Adds what the schema says is above an action, unless the entities say something themselves. */
  complete(action: string, entities: EntityJson[]): EntityJson[];
}

/** Reads `action read in [readOnly]` and the like; a schema that does not parse has none. */
export function actionHierarchy(schema: string | undefined): ActionHierarchy {
  const parents = new Map(
    declaredActionParents(schema).map(([id, groups]) => [uidKey({ type: 'Action', id }), groups]),
  );
  return {
    complete(action, entities) {
      const declared = above(action, parents);
      if (declared.length === 0) return entities;
      const names = new Set(declared.map(({ uid }) => uidKey(uid)));
      return [...entities.filter(({ uid }) => !names.has(uidKey(uid as Uid))), ...declared];
    },
  };
}

interface Uid {
  readonly type: string;
  readonly id: string;
}

/** The groups of every action that the schema puts into any, by the action's name. */
export function declaredActionParents(
  schema: string | undefined,
): (readonly [action: string, groups: readonly Uid[]])[] {
  if (schema === undefined) return [];
  const answer = parseSchema(schema);
  const actions = answer.type === 'success' ? (answer.json['']?.actions ?? {}) : {};
  return Object.entries(actions)
    .map(([id, { memberOf }]): [string, Uid[]] => [
      id,
      (memberOf ?? []).map((group) => ({ type: group.type ?? 'Action', id: group.id })),
    ])
    .filter(([, groups]) => groups.length > 0);
}

/** The action and its groups, as entities; empty where the schema puts it into none. */
function above(
  action: string,
  parents: ReadonlyMap<string, readonly Uid[]>,
): { uid: Uid; attrs: Record<string, never>; parents: Uid[] }[] {
  const found = new Map<string, { uid: Uid; attrs: Record<string, never>; parents: Uid[] }>();
  const waiting: Uid[] = [{ type: 'Action', id: action }];
  for (let uid = waiting.pop(); uid !== undefined; uid = waiting.pop()) {
    const groups = parents.get(uidKey(uid));
    if (groups === undefined || found.has(uidKey(uid))) continue;
    found.set(uidKey(uid), { uid, attrs: {}, parents: [...groups] });
    waiting.push(...groups);
  }
  return [...found.values()];
}

function uidKey({ type, id }: Uid): string {
  return `${type}::${id}`;
}
