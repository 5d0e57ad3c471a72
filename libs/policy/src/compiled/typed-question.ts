import {
  decodeParents,
  type DecodedEntity,
  decoding,
  isAction,
  JsonEntities,
  shown,
} from './json-entities.js';
import { decodeEntity, decodeRecord, isJsonObject, QuestionFault } from './literal.js';
import type { ActionRule, EntityTypeRule, ResolvedSchema } from './schema.js';
import {
  conforms,
  decodeTyped,
  decodeTypedRecord,
  mayExist,
  recordConforms,
} from './typed-decoder.js';
import { EMPTY_RECORD, type EntityValue, MapRecord, RecordValue } from './value.js';

/** The context of an action, read as the schema says. Whether it conforms is for `checkRequest`. Throws `QuestionFault`. */
export function decodeContext(
  json: unknown,
  action: EntityValue,
  schema: ResolvedSchema,
): RecordValue {
  const { context } = ruleOf(action, schema);
  const record = decoding(() => decodeTyped(json, context));
  if (!(record instanceof RecordValue)) throw new QuestionFault('the context is no record');
  return record;
}

/** Throws `QuestionFault` where the schema does not allow a question. */
export function checkRequest(
  principal: EntityValue,
  action: EntityValue,
  resource: EntityValue,
  context: RecordValue,
  schema: ResolvedSchema,
): void {
  for (const entity of [principal, resource])
    if (!schema.entityTypes.has(entity.type) || !mayExist(entity, schema))
      throw new QuestionFault(`${shown(entity)} is not declared in the schema`);
  const rule = ruleOf(action, schema);
  if (!rule.principals.has(principal.type))
    throw new QuestionFault(
      `${shown(action)} does not apply to principals of type ${principal.type}`,
    );
  if (!rule.resources.has(resource.type))
    throw new QuestionFault(
      `${shown(action)} does not apply to resources of type ${resource.type}`,
    );
  if (!conforms(context, rule.context, schema))
    throw new QuestionFault(`the context is not what ${shown(action)} declares`);
}

/** Entities read and checked as the schema says, with the actions that it declares. Throws `QuestionFault`. */
export function decodeTypedEntities(
  json: readonly unknown[],
  schema: ResolvedSchema,
): JsonEntities {
  const given = json.map((entity) => decodeTypedEntity(entity, schema));
  // What was given is looked at by itself first: an action must come with all that stands above it.
  const entities = new JsonEntities(given);
  for (const { uid, attributes, tags } of given) {
    if (!isAction(uid)) continue;
    const above = new Set([...entities.ancestorsOf(uid)].map(shown));
    const declared = ruleOf(uid, schema).ancestors.map(shown);
    const isBare = [attributes, tags].every((record) => [...record.names()].length === 0);
    if (!isBare || above.size !== declared.length || !declared.every((group) => above.has(group)))
      throw new QuestionFault(`the action ${shown(uid)} is not as the schema declares it`);
  }
  const actions = [...schema.actions.values()].map(actionEntity);
  return new JsonEntities([...given.filter(({ uid }) => !isAction(uid)), ...actions]);
}

function decodeTypedEntity(json: unknown, schema: ResolvedSchema): DecodedEntity {
  if (!isJsonObject(json)) throw new QuestionFault('expected an entity as a JSON object');
  const uid = decodeEntity(json['uid']);
  const parents = decodeParents(uid, json['parents']);
  const [attrs, tags] = [json['attrs'], json['tags'] ?? {}];
  if (isAction(uid)) {
    const [attributes, labels] = [attrs, tags].map((record) =>
      decoding(() => decodeRecord(record)),
    );
    return { uid, parents, attributes: attributes ?? EMPTY_RECORD, tags: labels ?? EMPTY_RECORD };
  }
  const rule = schema.entityTypes.get(uid.type);
  if (rule === undefined || !mayExist(uid, schema))
    throw new QuestionFault(`${shown(uid)} is not declared in the schema`);
  for (const parent of parents)
    if (!mayExist(parent, schema) || !rule.ancestors.has(parent.type))
      throw new QuestionFault(`${shown(uid)} may not be in ${shown(parent)}`);
  const attributes = decoding(() => decodeTypedRecord(attrs, rule.attributes));
  if (!recordConforms(attributes, rule.attributes, schema))
    throw new QuestionFault(`the attributes of ${shown(uid)} are not what the schema declares`);
  return { uid, parents, attributes, tags: decodeTags(tags, uid, rule, schema) };
}

function decodeTags(
  json: unknown,
  uid: EntityValue,
  { tags: type }: EntityTypeRule,
  schema: ResolvedSchema,
): RecordValue {
  if (!isJsonObject(json)) throw new QuestionFault(`the tags of ${shown(uid)} are no record`);
  const members = Object.entries(json).map(([name, tag]) => {
    if (type === undefined) throw new QuestionFault(`${shown(uid)} may have no tags`);
    const value = decoding(() => decodeTyped(tag, type));
    if (!conforms(value, type, schema))
      throw new QuestionFault(`the tags of ${shown(uid)} are not what the schema declares`);
    return [name, value] as const;
  });
  return new MapRecord(new Map(members));
}

function ruleOf(action: EntityValue, schema: ResolvedSchema): ActionRule {
  const rule = schema.actions.get(action);
  if (rule === undefined) throw new QuestionFault(`the schema has no action ${shown(action)}`);
  return rule;
}

function actionEntity({ uid, ancestors }: ActionRule): DecodedEntity {
  return { uid, parents: ancestors, attributes: EMPTY_RECORD, tags: EMPTY_RECORD };
}
