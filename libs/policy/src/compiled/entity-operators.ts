import type { Environment, Run } from './environment.js';
import { PolicyFault } from './fault.js';
import { asText } from './operators.js';
import { EntityValue, RecordValue, SetValue, typeError, type Value } from './value.js';

/** `left.name`, of a record or an entity. */
export function getAttribute(left: Run, name: string): Run {
  return (environment) => {
    const value = left(environment);
    const record = value instanceof RecordValue ? value : attributesOf(value, environment);
    if (record === undefined) throw new PolicyFault(`${shown(value)} does not exist`);
    const member = record.get(name);
    if (member === undefined)
      throw new PolicyFault(`there is no attribute ${JSON.stringify(name)}`);
    return member;
  };
}

/** `context.name`: `context` is always a record. */
export function getContextAttribute(_context: Run, name: string): Run {
  return ({ context }) => {
    const member = context.get(name);
    if (member === undefined)
      throw new PolicyFault(`there is no attribute ${JSON.stringify(name)}`);
    return member;
  };
}

/** `left has first.second…`: each step but the last must lead to a record or an entity. */
export function hasAttribute(left: Run, path: readonly string[]): Run {
  return (environment) => {
    let value = left(environment);
    for (const name of path) {
      const record = value instanceof RecordValue ? value : attributesOf(value, environment);
      const member = record?.get(name);
      if (member === undefined) return false;
      value = member;
    }
    return true;
  };
}

export function hasContextAttribute(_context: Run, path: readonly string[]): Run {
  const [first = '', ...others] = path;
  if (others.length === 0) return ({ context }) => context.get(first) !== undefined;
  return hasAttribute(({ context }) => context, path);
}

export function getTag(left: Run, right: Run): Run {
  return (environment) => {
    const entity = asEntity(left(environment));
    // Both operands are evaluated before either's type is looked at, but either way it is an error.
    const name = asText(right(environment));
    const tags = environment.entities.tagsOf(entity);
    if (tags === undefined) throw new PolicyFault(`${shown(entity)} does not exist`);
    const tag = tags.get(name);
    if (tag === undefined) throw new PolicyFault(`there is no tag ${JSON.stringify(name)}`);
    return tag;
  };
}

export function hasTag(left: Run, right: Run): Run {
  return (environment) => {
    const entity = asEntity(left(environment));
    const name = asText(right(environment));
    return environment.entities.tagsOf(entity)?.get(name) !== undefined;
  };
}

/** `left in right`, where right is an entity or a set of nothing but entities. */
export function isIn(left: Run, right: Run): Run {
  return (environment) => {
    const entity = left(environment);
    const above = right(environment);
    if (!(entity instanceof EntityValue)) throw new PolicyFault(typeError('an entity', entity));
    if (above instanceof EntityValue) return isWithin(entity, above, environment);
    if (!(above instanceof SetValue)) throw new PolicyFault(typeError('an entity or a set', above));
    const entities = [...above].map(asEntity);
    return entities.some((other) => isWithin(entity, other, environment));
  };
}

/** `left in [user::"a", user::"b"]`. */
export function isInOneOf(left: Run, ancestors: readonly EntityValue[]): Run {
  return (environment) => {
    const entity = asEntity(left(environment));
    return ancestors.some((ancestor) => isWithin(entity, ancestor, environment));
  };
}

/** Reflexive: an entity is in itself, also one that does not exist. */
export function isWithin(
  entity: EntityValue,
  ancestor: EntityValue,
  { entities }: Pick<Environment, 'entities'>,
): boolean {
  return entity.equals(ancestor) || entities.isBelow(entity, ancestor);
}

export function isOfType(left: Run, type: string): Run {
  return (environment) => asEntity(left(environment)).type === type;
}

function attributesOf(value: Value, { entities }: Environment): RecordValue | undefined {
  if (value instanceof EntityValue) return entities.attributesOf(value);
  throw new PolicyFault(typeError('a record or an entity', value));
}

function asEntity(value: Value): EntityValue {
  if (value instanceof EntityValue) return value;
  throw new PolicyFault(typeError('an entity', value));
}

function shown(value: Value): string {
  return value instanceof EntityValue
    ? `${value.type}::${JSON.stringify(value.id)}`
    : 'what was asked';
}
