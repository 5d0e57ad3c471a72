import type { EntityRef, Json, JsonObject } from '@sallyport/contracts';
import { escapeIn, isUnicode, MAX_JSON_DEPTH } from '../cedar-json.js';
import type { EntityNode } from '../entity-node.js';
import { escapeKey } from '../key-names.js';
import { PolicyFault } from './fault.js';
import { callExtension, QuestionFault } from './literal.js';
import { plainValue } from './plain-values.js';
import {
  EMPTY_RECORD,
  EntityValue,
  MapRecord,
  type RecordValue,
  SetValue,
  type Value,
} from './value.js';

/** What a node's record says, decoded once; undefined where there is no such entity. Throws `QuestionFault`. */
export function storedAttributes(node: EntityNode | undefined): RecordValue | undefined {
  if (node?.record === undefined) return undefined;
  const known = node.decoded;
  if (known instanceof Decoded) {
    if (known.fault !== undefined) throw new QuestionFault(known.fault);
    return known.attributes;
  }
  node.decoded = decode(node.record.attrs);
  return storedAttributes(node);
}

class Decoded {
  constructor(
    readonly attributes: RecordValue,
    readonly fault?: string,
  ) {}
}

function decode(attributes: JsonObject): Decoded {
  try {
    return new Decoded(storedRecord(attributes));
  } catch (error) {
    if (error instanceof PolicyFault || error instanceof QuestionFault)
      return new Decoded(EMPTY_RECORD, error.message);
    throw error;
  }
}

/**
 * Attributes of a stored entity, by the rules of `storedCedarJson`: escapes are entities and extension values, everything else is as in `plainValue`. Throws
 * `QuestionFault` or `PolicyFault` for an escape that gives no value.
 */
function storedRecord(attributes: JsonObject): RecordValue {
  return record(attributes, 0);
}

function record(json: JsonObject, depth: number): RecordValue {
  const members = new Map<string, Value>();
  for (const [key, member] of Object.entries(json)) {
    const value = isUnicode(key) ? storedValue(member, depth + 1) : undefined;
    if (value !== undefined) members.set(escapeKey(key), value);
  }
  return new MapRecord(members);
}

function storedValue(json: Json, depth: number): Value | undefined {
  if (typeof json !== 'object' || json === null) return plainValue(json, depth);
  if (depth > MAX_JSON_DEPTH) return undefined;
  if (isList(json)) {
    const members = json.map((member) => storedValue(member, depth + 1));
    return new SetValue(members.filter((member) => member !== undefined));
  }
  const escape = escapeIn(json);
  if (escape === undefined) return record(json, depth);
  if (escape === '__entity') {
    const { type, id } = json['__entity'] as unknown as EntityRef;
    return new EntityValue(type, id);
  }
  const { fn, arg } = json['__extn'] as { readonly fn: string; readonly arg: string };
  return callExtension(fn, [arg]);
}

function isList(json: JsonObject | readonly Json[]): json is readonly Json[] {
  return Array.isArray(json);
}
