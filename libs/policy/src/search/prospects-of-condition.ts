import type { EntityRef } from '@sallyport/contracts';
import { authzenType } from '../compiled/type-names.js';
import { type Expression, operation } from '../expression.js';
import { ANYBODY, bothOf, eitherOf, NOBODY, type Prospects } from './prospects.js';

/** What the reading of a condition needs to know of its question. */
export interface OpenVariable {
  readonly name: 'principal' | 'resource';
  /** What stands above a known entity, itself not included. */
  ancestorsOf(ref: EntityRef): Iterable<EntityRef>;
}

type Pair = Readonly<Record<'left' | 'right', Expression>>;

/** Who may meet what is left of a condition. Anybody, where it takes more than a look to say. */
export function prospectsOf(condition: Expression, open: OpenVariable): Prospects {
  const [operator, body] = operation(condition);
  switch (operator) {
    case 'Value':
      return body === false ? NOBODY : ANYBODY;
    case '&&':
      return bothOf(...sides(body as Pair, open));
    case '||':
      return eitherOf(...sides(body as Pair, open));
    case '==':
      return equalTo(body as Pair, open);
    case 'in':
      return within(body as Pair, open);
    case 'contains':
      return memberOf(body as Pair, open);
    default:
      return ANYBODY;
  }
}

function sides({ left, right }: Pair, open: OpenVariable): [Prospects, Prospects] {
  return [prospectsOf(left, open), prospectsOf(right, open)];
}

function equalTo({ left, right }: Pair, open: OpenVariable): Prospects {
  const other = isOpen(left, open) ? right : isOpen(right, open) ? left : undefined;
  const entity = other && entityOf(other);
  return entity === undefined ? ANYBODY : { ...NOBODY, named: [entity] };
}

/** Below known entities, or above a known one. */
function within({ left, right }: Pair, open: OpenVariable): Prospects {
  if (isOpen(left, open)) {
    const above = entitiesOf(right);
    return above === undefined ? ANYBODY : { ...NOBODY, within: above };
  }
  const below = isOpen(right, open) ? entityOf(left) : undefined;
  if (below === undefined) return ANYBODY;
  return { ...NOBODY, named: [below, ...open.ancestorsOf(below)] };
}

function memberOf({ left, right }: Pair, open: OpenVariable): Prospects {
  const members = isOpen(right, open) && 'Set' in left ? entitiesOf(left) : undefined;
  return members === undefined ? ANYBODY : { ...NOBODY, named: members };
}

function isOpen(expression: Expression, { name }: OpenVariable): boolean {
  return expression['Var'] === name;
}

function entitiesOf(expression: Expression): EntityRef[] | undefined {
  const written = 'Set' in expression ? (expression['Set'] as Expression[]) : [expression];
  const entities = written.map(entityOf);
  return entities.every((entity) => entity !== undefined) ? entities : undefined;
}

function entityOf(expression: Expression): EntityRef | undefined {
  const value = expression['Value'];
  if (typeof value !== 'object' || value === null || !('__entity' in value)) return undefined;
  const { type, id } = value.__entity as EntityRef;
  return { type: authzenType(type), id };
}
