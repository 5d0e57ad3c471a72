import { isUnicode } from '../cedar-json.js';
import { EXTENSION_FUNCTIONS } from './extension-functions.js';
import { PolicyFault } from './fault.js';
import { toLong } from './long.js';
import { EntityValue, MapRecord, type RecordValue, SetValue, type Value } from './value.js';

/** What makes a whole question unanswerable: JSON that is none of Cedar's. Like `PolicyFault` no Error, for it may come with every request. */
export class QuestionFault {
  constructor(readonly message: string) {}
}

/** Turns the type names of entities into those that an evaluation compares; what `escapeTypeName` did may be undone here. */
export type TypeNames = (cedarName: string) => string;

/**
 * Cedar's JSON for values, without a schema: `__entity` and `__extn` are escapes where they have their form, and plain names elsewhere. Throws
 * `QuestionFault` for what is no value, `PolicyFault` where an extension function fails.
 */
export function decodeValue(json: unknown, typeNames: TypeNames = identity): Value {
  switch (typeof json) {
    case 'boolean':
      return json;
    case 'string':
      return decodeText(json);
    case 'number':
    case 'bigint':
      return decodeLong(json);
    default:
      return decodeCompound(json, typeNames);
  }
}

/** A record of JSON, whose own keys are names whatever they are. */
export function decodeRecord(json: unknown, typeNames: TypeNames = identity): RecordValue {
  if (!isJsonObject(json)) throw new QuestionFault('expected a JSON object');
  const members = new Map<string, Value>();
  for (const [name, member] of Object.entries(json))
    members.set(decodeText(name), decodeValue(member, typeNames));
  return new MapRecord(members);
}

/** `{ type, id }`, bare or as `__entity`; or the pair of both, which Cedar takes as well where it expects an entity. */
export function decodeEntity(json: unknown, typeNames: TypeNames = identity): EntityValue {
  const inner = isJsonObject(json) && '__entity' in json ? json['__entity'] : json;
  const { type, id } = Array.isArray(inner) ? pair(inner) : isJsonObject(inner) ? inner : {};
  if (typeof type !== 'string' || typeof id !== 'string')
    throw new QuestionFault('expected an entity: {"type", "id"}');
  if (!isTypeName(type)) throw new QuestionFault(`${JSON.stringify(type)} is no entity type`);
  return new EntityValue(typeNames(type), decodeText(id));
}

function pair(parts: readonly unknown[]): { readonly type?: unknown; readonly id?: unknown } {
  const [type, id] = parts;
  return parts.length === 2 ? { type, id } : {};
}

/** Applies an extension function to decoded arguments. Throws `QuestionFault` for one that there is not, `PolicyFault` where it fails, by its arity too. */
export function callExtension(name: string, args: readonly Value[]): Value {
  const called = EXTENSION_FUNCTIONS.get(name);
  const [first, second] = args;
  if (called === undefined) throw new QuestionFault(`there is no extension function ${name}`);
  if (called.parameters.length !== args.length || first === undefined)
    throw new PolicyFault(`${name} takes ${String(called.parameters.length)} arguments`);
  return called.apply(first, second ?? first);
}

export function decodeText(text: string): string {
  if (!isUnicode(text)) throw new QuestionFault('text is not valid Unicode');
  return text;
}

export function decodeLong(json: number | bigint): number | bigint {
  const long = toLong(json);
  if (long === undefined) throw new QuestionFault(`${String(json)} is no 64-bit integer`);
  return long;
}

export function isJsonObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

const TYPE_NAME = /^[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*$/;
const RESERVED = new Set(
  ['true', 'false', 'if', 'then', 'else', 'in', 'is', 'like', 'has'].concat('__cedar'),
);

/** Whether Cedar's grammar takes a text for the name of an entity type. */
export function isTypeName(text: string): boolean {
  return TYPE_NAME.test(text) && !text.split('::').some((part) => RESERVED.has(part));
}

/** The function and arguments of an `__extn` escape; undefined for what is no such escape. */
export function extensionCall(
  json: Readonly<Record<string, unknown>>,
): { readonly name: string; readonly args: readonly unknown[] } | undefined {
  const call = onlyMember(json, '__extn');
  if (!isJsonObject(call) || typeof call['fn'] !== 'string') return undefined;
  if ('arg' in call) return { name: call['fn'], args: [call['arg']] };
  return Array.isArray(call['args']) ? { name: call['fn'], args: call['args'] } : undefined;
}

function decodeCompound(json: unknown, typeNames: TypeNames): Value {
  if (Array.isArray(json)) return new SetValue(json.map((item) => decodeValue(item, typeNames)));
  if (!isJsonObject(json)) throw new QuestionFault('null is no value');
  const entity = onlyMember(json, '__entity');
  if (
    isJsonObject(entity) &&
    typeof entity['type'] === 'string' &&
    typeof entity['id'] === 'string'
  )
    return decodeEntity(entity, typeNames);
  const call = extensionCall(json);
  if (call !== undefined)
    return callExtension(
      call.name,
      call.args.map((arg) => decodeValue(arg, typeNames)),
    );
  if (typeof onlyMember(json, '__expr') === 'string')
    throw new QuestionFault('the __expr escape is no longer supported');
  return decodeRecord(json, typeNames);
}

function onlyMember(json: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(json, name) && Object.keys(json).length === 1 ? json[name] : undefined;
}

function identity(name: string): string {
  return name;
}
