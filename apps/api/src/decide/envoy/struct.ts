import type { Json, JsonObject } from '@sallyport/contracts';
import type { ProtoStruct, ProtoValue } from './check-request.js';

/** JSON as `google.protobuf.Struct`. */
export function toStruct(record: JsonObject): ProtoStruct {
  const fields = Object.entries(record).map(([name, value]) => [name, toValue(value)] as const);
  return { fields: Object.fromEntries(fields) };
}

function toValue(value: Json): ProtoValue {
  if (value === null) return { nullValue: 0 };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (isList(value)) return { listValue: { values: value.map(toValue) } };
  return { structValue: toStruct(value) };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
