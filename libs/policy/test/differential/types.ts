import type { ExtensionName } from './extension-literals.js';
import { attributeName } from './literals.js';
import type { Rng } from './rng.js';
import { type CedarObject, record } from './round.js';

/** A type of Cedar. `key` tells two types apart. */
export type Type =
  | { readonly kind: 'Boolean' | 'Long' | 'String'; readonly key: string }
  | { readonly kind: 'Set'; readonly element: Type; readonly key: string }
  | { readonly kind: 'Record'; readonly members: readonly Member[]; readonly key: string }
  | { readonly kind: 'Entity'; readonly name: string; readonly key: string }
  | { readonly kind: 'Extension'; readonly name: ExtensionName; readonly key: string };

export interface Member {
  readonly name: string;
  readonly type: Type;
  readonly required: boolean;
}

export const BOOLEAN: Type = { kind: 'Boolean', key: 'Boolean' };
export const LONG: Type = { kind: 'Long', key: 'Long' };
export const STRING: Type = { kind: 'String', key: 'String' };
export const DATETIME = extensionType('datetime');
export const DURATION = extensionType('duration');

export function setOf(element: Type): Type {
  return { kind: 'Set', element, key: `Set<${element.key}>` };
}

export function recordOf(members: readonly Member[]): Type & { kind: 'Record' } {
  const keys = members.map(
    ({ name, type, required }) => `${JSON.stringify(name)}${required ? '' : '?'}:${type.key}`,
  );
  return { kind: 'Record', members, key: `{${keys.join()}}` };
}

export function entityOf(name: string): Type {
  return { kind: 'Entity', name, key: `Entity ${name}` };
}

export function extensionType(name: ExtensionName): Type & { kind: 'Extension' } {
  return { kind: 'Extension', name, key: name };
}

/** Any type that is not nested deeper than `depth`. */
export function anyType(rng: Rng, entityNames: readonly string[], depth: number): Type {
  const kind = rng.weighted([
    [3, 'Boolean'],
    [5, 'Long'],
    [4, 'String'],
    [3, 'Entity'],
    [6, 'Extension'],
    [depth > 0 ? 4 : 0, 'Set'],
    [depth > 0 ? 3 : 0, 'Record'],
  ] as const);
  switch (kind) {
    case 'Set':
      return setOf(anyType(rng, entityNames, depth - 1));
    case 'Record':
      return recordOf(someMembers(rng, entityNames, depth - 1, rng.below(4)));
    case 'Entity':
      return entityOf(rng.pick(entityNames));
    case 'Extension':
      return extensionType(rng.pick(['ipaddr', 'decimal', 'datetime', 'duration']));
    default:
      return { kind, key: kind };
  }
}

/** Members of a record or an entity, no name twice. */
export function someMembers(
  rng: Rng,
  entityNames: readonly string[],
  depth: number,
  count: number,
): Member[] {
  const names = new Set(rng.times(count, () => attributeName(rng)));
  return [...names].map((name) => ({
    name,
    type: anyType(rng, entityNames, depth),
    required: rng.chance(0.6),
  }));
}

/** The type in Cedar's JSON schema format. */
export function typeJson(type: Type): CedarObject {
  switch (type.kind) {
    case 'Set':
      return { type: 'Set', element: typeJson(type.element) };
    case 'Record':
      return { type: 'Record', attributes: membersJson(type.members) };
    case 'Entity':
    case 'Extension':
      return { type: type.kind, name: type.name };
    default:
      return { type: type.kind };
  }
}

function membersJson(members: readonly Member[]): CedarObject {
  return record(
    members.map(({ name, type, required }) => [name, { ...typeJson(type), required }] as const),
  );
}
