import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import { RefMap } from '../ref-map.js';
import { SchemaNames, type SchemaType } from './schema-names.js';
import { canonicalKey, EntityValue } from './value.js';

/** What a schema says about the entities of one type. */
export interface EntityTypeRule {
  /** The only ids there are; undefined where any id is. */
  readonly choices: ReadonlySet<string> | undefined;
  readonly attributes: ReadonlyMap<string, MemberRule>;
  /** Undefined where the type has no tags. */
  readonly tags: SchemaType | undefined;
  /** Types that may stand above, on and on. */
  readonly ancestors: ReadonlySet<string>;
}

export interface MemberRule {
  readonly type: SchemaType;
  readonly isRequired: boolean;
}

/** What a schema says about one action. */
export interface ActionRule {
  readonly uid: EntityValue;
  readonly principals: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
  readonly context: SchemaType;
  /** The groups above it, on and on. */
  readonly ancestors: readonly EntityValue[];
}

/** A schema whose names are resolved. */
export interface ResolvedSchema {
  readonly entityTypes: ReadonlyMap<string, EntityTypeRule>;
  readonly actions: RefMap<ActionRule>;
}

const EMPTY_RECORD_TYPE: SchemaType = { kind: 'Record', members: new Map() };

/** Resolves a schema that Cedar has parsed. */
export function resolveSchema(json: SchemaJson<string>): ResolvedSchema {
  const names = new SchemaNames(json);
  return { entityTypes: entityTypesOf(json, names), actions: actionsOf(json, names) };
}

function entityTypesOf(json: SchemaJson<string>, names: SchemaNames): Map<string, EntityTypeRule> {
  const parents = new Map<string, readonly string[]>();
  for (const [namespace, { entityTypes }] of Object.entries(json))
    for (const [name, type] of Object.entries(entityTypes))
      parents.set(
        qualified(namespace, name),
        'enum' in type
          ? []
          : (type.memberOfTypes ?? []).map((parent) => names.entityType(parent, namespace)),
      );
  const rules = new Map<string, EntityTypeRule>();
  for (const [namespace, { entityTypes }] of Object.entries(json)) {
    for (const [name, type] of Object.entries(entityTypes)) {
      const full = qualified(namespace, name);
      const ancestors = new Set(
        reachable(
          full,
          (from) => parents.get(from) ?? [],
          (type) => type,
        ),
      );
      rules.set(full, { ...entityTypeRule(type, namespace, names), ancestors });
    }
  }
  return rules;
}

type EntityTypeJson = SchemaJson<string>[string]['entityTypes'][string];

function entityTypeRule(
  type: EntityTypeJson,
  namespace: string,
  names: SchemaNames,
): Omit<EntityTypeRule, 'ancestors'> {
  if ('enum' in type)
    return { choices: new Set(type.enum), attributes: new Map(), tags: undefined };
  const shape = type.shape === undefined ? EMPTY_RECORD_TYPE : names.type(type.shape, namespace);
  return {
    choices: undefined,
    attributes: shape.kind === 'Record' ? shape.members : new Map<string, MemberRule>(),
    tags: type.tags === undefined ? undefined : names.type(type.tags, namespace),
  };
}

function actionsOf(json: SchemaJson<string>, names: SchemaNames): RefMap<ActionRule> {
  const groups = new RefMap<readonly EntityValue[]>();
  for (const [namespace, { actions }] of Object.entries(json))
    for (const [id, { memberOf }] of Object.entries(actions))
      groups.set(
        actionUid(namespace, id),
        (memberOf ?? []).map((group) => names.actionGroup(group, namespace)),
      );
  const rules = new RefMap<ActionRule>();
  for (const [namespace, { actions }] of Object.entries(json)) {
    for (const [id, { appliesTo }] of Object.entries(actions)) {
      const uid = actionUid(namespace, id);
      const entityTypes = (types: readonly string[] | undefined) =>
        new Set((types ?? []).map((type) => names.entityType(type, namespace)));
      rules.set(uid, {
        uid,
        principals: entityTypes(appliesTo?.principalTypes),
        resources: entityTypes(appliesTo?.resourceTypes),
        context:
          appliesTo?.context === undefined
            ? EMPTY_RECORD_TYPE
            : names.type(appliesTo.context, namespace),
        ancestors: reachable(uid, (from) => groups.get(from) ?? [], canonicalKey),
      });
    }
  }
  return rules;
}

function actionUid(namespace: string, id: string): EntityValue {
  return new EntityValue(qualified(namespace, 'Action'), id);
}

function qualified(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}::${name}`;
}

/** What can be reached in one step or more. */
function reachable<T>(start: T, next: (from: T) => readonly T[], keyOf: (item: T) => string): T[] {
  const found = new Map(next(start).map((item) => [keyOf(item), item]));
  // INVARIANT: a Map visits what is added while it is walked.
  for (const from of found.values())
    for (const item of next(from)) if (!found.has(keyOf(item))) found.set(keyOf(item), item);
  return [...found.values()];
}
