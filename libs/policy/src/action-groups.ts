import type { EntityRef } from '@sallyport/contracts';
import { unescapeTypeName } from '@sallyport/contracts';
import { parseSchema } from './merge-schema.js';

/** The groups right above each action that the schema puts into any, by the action's name. */
export type DeclaredGroups = readonly (readonly [action: string, groups: readonly EntityRef[]])[];

/** The groups that a schema puts actions into. What it says of an action stands in the place of what the register holds. */
export class ActionGroups {
  private readonly groups: ReadonlyMap<string, readonly EntityRef[]>;

  constructor(declared: DeclaredGroups) {
    this.groups = new Map(declared);
  }

  /** The groups right above an action; undefined for what the schema puts into none. */
  parentsOf({ type, id }: EntityRef): readonly EntityRef[] | undefined {
    return type === 'Action' ? this.groups.get(id) : undefined;
  }
}

/** Reads `action read in [readOnly]` and the like; a schema that does not parse has none. */
export function declaredGroups(schema: string | undefined): DeclaredGroups {
  if (schema === undefined) return [];
  const answer = parseSchema(schema);
  const actions = answer.type === 'success' ? (answer.json['']?.actions ?? {}) : {};
  return Object.entries(actions)
    .map(([action, { memberOf }]): [string, EntityRef[]] => [
      action,
      (memberOf ?? []).map(({ type = 'Action', id }) => ({ type: unescapeTypeName(type), id })),
    ])
    .filter(([, groups]) => groups.length > 0);
}
