import type { Expression } from '../expression.js';
import { DecimalValue } from './decimal.js';
import { IpValue } from './ip.js';
import { DatetimeValue, DurationValue } from './time.js';
import {
  EntityValue,
  type ExtensionValue,
  type RecordValue,
  SetValue,
  type Value,
  ExtensionValue as Extension,
} from './value.js';

/**
 * A value as a literal of Cedar's JSON policy format; longs beyond 2^53 are bigints in it. `typeName` gives the name that the format has for an entity's
 * type.
 */
export function valueToExpression(
  value: Value,
  typeName: (type: string) => string = (type) => type,
): Expression {
  if (typeof value !== 'object') return { Value: value };
  if (value instanceof EntityValue)
    return { Value: { __entity: { type: typeName(value.type), id: value.id } } };
  if (value instanceof SetValue)
    return { Set: [...value].map((member) => valueToExpression(member, typeName)) };
  if (value instanceof Extension) return extensionExpression(value);
  return { Record: Object.fromEntries(memberExpressions(value, typeName)) };
}

function* memberExpressions(
  record: RecordValue,
  typeName: (type: string) => string,
): Generator<[string, Expression]> {
  for (const name of record.names()) {
    const member = record.get(name);
    if (member !== undefined) yield [name, valueToExpression(member, typeName)];
  }
}

function extensionExpression(value: ExtensionValue): Expression {
  if (value instanceof DecimalValue) return call('decimal', value.toString());
  if (value instanceof IpValue) return call('ip', value.toString());
  if (value instanceof DurationValue) return call('duration', `${String(value.ms)}ms`);
  if (value instanceof DatetimeValue)
    return { offset: [call('datetime', '1970-01-01'), call('duration', `${String(value.ms)}ms`)] };
  throw new Error(`no literal for ${value.typeName}`);
}

function call(name: string, text: string): Expression {
  return { [name]: [{ Value: text }] };
}
