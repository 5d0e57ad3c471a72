import { EXTENSION_FUNCTIONS } from './extension-functions.js';
import {
  callExtension,
  decodeEntity,
  decodeText,
  decodeValue,
  isJsonObject,
  QuestionFault,
} from './literal.js';
import type { ResolvedSchema } from './schema.js';
import type { SchemaType } from './schema-names.js';
import {
  EntityValue,
  ExtensionValue,
  MapRecord,
  RecordValue,
  SetValue,
  type Value,
} from './value.js';

/**
 * Cedar's JSON for a value of a known type: the escapes of entities and extension values may be left out, and records must have the members they should. What is
 * found elsewhere is read as without a schema; whether it is what the type wants is for `conforms` to say. Throws `QuestionFault` and `PolicyFault`.
 */
export function decodeTyped(json: unknown, type: SchemaType): Value {
  switch (type.kind) {
    case 'Entity':
      return decodeEntity(json);
    case 'Extension':
      return decodeExtension(json, type.name);
    case 'Set':
      if (!Array.isArray(json)) throw new QuestionFault('expected a set');
      return new SetValue(json.map((item) => decodeTyped(item, type.element)));
    case 'Record':
      return decodeTypedRecord(json, type.members);
    default:
      return decodeValue(json);
  }
}

export function decodeTypedRecord(
  json: unknown,
  members: (SchemaType & { readonly kind: 'Record' })['members'],
): RecordValue {
  if (!isJsonObject(json)) throw new QuestionFault('expected a record');
  for (const [name, { isRequired }] of members)
    if (isRequired && !Object.hasOwn(json, name))
      throw new QuestionFault(`the attribute ${JSON.stringify(name)} is missing`);
  const entries = Object.entries(json).map(([name, member]): [string, Value] => {
    const rule = members.get(decodeText(name));
    if (rule === undefined)
      throw new QuestionFault(`there should be no attribute ${JSON.stringify(name)}`);
    return [name, decodeTyped(member, rule.type)];
  });
  return new MapRecord(new Map(entries));
}

/** Whether a value has a type, and every entity in it may exist. */
export function conforms(value: Value, type: SchemaType, schema: ResolvedSchema): boolean {
  switch (type.kind) {
    case 'Boolean':
      return typeof value === 'boolean';
    case 'String':
      return typeof value === 'string';
    case 'Long':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'Extension':
      return value instanceof ExtensionValue && value.typeName === type.name;
    case 'Entity':
      return value instanceof EntityValue && value.type === type.name && mayExist(value, schema);
    case 'Set':
      return (
        value instanceof SetValue &&
        [...value].every((member) => conforms(member, type.element, schema))
      );
    case 'Record':
      return value instanceof RecordValue && recordConforms(value, type.members, schema);
  }
}

export function recordConforms(
  record: RecordValue,
  members: (SchemaType & { readonly kind: 'Record' })['members'],
  schema: ResolvedSchema,
): boolean {
  for (const [name, { isRequired }] of members)
    if (isRequired && record.get(name) === undefined) return false;
  for (const name of record.names()) {
    const [rule, member] = [members.get(name), record.get(name)];
    if (rule === undefined || member === undefined || !conforms(member, rule.type, schema))
      return false;
  }
  return true;
}

/** False for an id that an enumerated type does not list, and for an action that is not declared. */
export function mayExist(entity: EntityValue, { entityTypes, actions }: ResolvedSchema): boolean {
  const choices = entityTypes.get(entity.type)?.choices;
  if (choices !== undefined && !choices.has(entity.id)) return false;
  return !/(?:^|::)Action$/.test(entity.type) || actions.get(entity) !== undefined;
}

const CONSTRUCTORS: ReadonlyMap<string, string> = new Map([
  ['decimal', 'decimal'],
  ['ipaddr', 'ip'],
  ['datetime', 'datetime'],
  ['duration', 'duration'],
]);

/** `{"__extn": {"fn", "arg"}}`, `{"fn", "arg"}`, or the constructor's argument alone. */
function decodeExtension(json: unknown, typeName: string): Value {
  const call = callIn(isJsonObject(json) && '__extn' in json ? json['__extn'] : json);
  if (call === undefined)
    return callExtension(CONSTRUCTORS.get(typeName) ?? '', [decodeValue(json)]);
  const parameters = EXTENSION_FUNCTIONS.get(call.name)?.parameters ?? [];
  const args = call.args.map((arg, at) => {
    const parameter = parameters[at];
    return parameter === undefined || parameter === 'String'
      ? decodeValue(arg)
      : decodeTyped(arg, { kind: 'Extension', name: parameter });
  });
  return callExtension(call.name, args);
}

function callIn(json: unknown): { name: string; args: readonly unknown[] } | undefined {
  if (!isJsonObject(json) || typeof json['fn'] !== 'string') return undefined;
  if ('arg' in json) return { name: json['fn'], args: [json['arg']] };
  return Array.isArray(json['args']) ? { name: json['fn'], args: json['args'] } : undefined;
}
