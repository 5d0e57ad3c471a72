import type { EntityUidJson, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Slots } from './compile-expression.js';
import { isWithin } from './entity-operators.js';
import type { Environment } from './environment.js';
import { UnsupportedFeatureError } from './fault.js';
import { decodeEntity, type TypeNames } from './literal.js';
import type { EntityValue } from './value.js';

/** One line of a policy's scope. */
export type Constraint =
  | { readonly kind: 'all' }
  | { readonly kind: 'equals'; readonly entity: EntityValue }
  /** Within any of them. */
  | { readonly kind: 'within'; readonly entities: readonly EntityValue[]; readonly type?: string }
  | { readonly kind: 'type'; readonly type: string };

/** Which questions a policy is about. Looking at it never fails, so what does not match need not be evaluated. */
export interface Scope {
  readonly principal: Constraint;
  readonly action: Constraint;
  readonly resource: Constraint;
}

/** The scope of a policy, or of a template with its slots filled. */
export function readScope(json: PolicyJson, typeNames: TypeNames, slots: Slots): Scope {
  return {
    principal: constraint(json.principal, typeNames, slots),
    action: constraint(json.action, typeNames, slots),
    resource: constraint(json.resource, typeNames, slots),
  };
}

/** Whether an entity meets a constraint; undefined where every entity does. */
export function testOf(
  constraint: Constraint,
): ((entity: EntityValue, environment: Environment) => boolean) | undefined {
  switch (constraint.kind) {
    case 'all':
      return undefined;
    case 'equals':
      return (entity) => entity.equals(constraint.entity);
    case 'type':
      return (entity) => entity.type === constraint.type;
    case 'within': {
      const { entities, type } = constraint;
      return (entity, environment) =>
        (type === undefined || entity.type === type) &&
        entities.some((ancestor) => isWithin(entity, ancestor, environment));
    }
  }
}

type Written = PolicyJson['principal'] | PolicyJson['action'];

function constraint(written: Written, typeNames: TypeNames, slots: Slots): Constraint {
  switch (written.op) {
    case 'All':
      return { kind: 'all' };
    case '==':
      return { kind: 'equals', entity: entityOf(written, typeNames, slots) };
    case 'in': {
      const entities =
        'entities' in written
          ? written.entities.map((entity) => decodeEntity(entity, typeNames))
          : [entityOf(written, typeNames, slots)];
      return { kind: 'within', entities };
    }
    case 'is': {
      const type = typeNames(written.entity_type);
      if (written.in === undefined) return { kind: 'type', type };
      return { kind: 'within', entities: [entityOf(written.in, typeNames, slots)], type };
    }
    default:
      throw new UnsupportedFeatureError(`the scope ${JSON.stringify(written)}`);
  }
}

function entityOf(
  written: { readonly entity: EntityUidJson } | { readonly slot: string },
  typeNames: TypeNames,
  slots: Slots,
): EntityValue {
  if ('entity' in written) return decodeEntity(written.entity, typeNames);
  const filled = slots[written.slot];
  if (filled === undefined) throw new UnsupportedFeatureError(`the unlinked slot ${written.slot}`);
  return filled;
}
