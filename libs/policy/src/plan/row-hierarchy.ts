import type { EntityRef } from '@sallyport/contracts';
import type { EntitySource } from '../compiled/environment.js';
import { EntityValue, SetValue } from '../compiled/value.js';
import { isActionType } from '../entities.js';
import { always, FAILS, type FieldOperand, type Operand, type Truth } from './operands.js';
import { PlanRefusal } from './plan-refusal.js';
import { isEmpty, listed, setComparison } from './set-comparisons.js';

/** More ids than this are no filter but a copy of the register. */
const MAX_IDS = 1_000;

/** Everything below an entity in the register; undefined where the register is held in part. */
export type MembersOf = (ref: EntityRef) => readonly EntityRef[] | undefined;

/** `in`, where a side of it is a field: what stands where is in the register, so it comes down to lists of ids. */
export class RowHierarchy {
  constructor(
    private readonly entities: EntitySource,
    private readonly principal: EntityValue,
    private readonly membersOf: MembersOf,
  ) {}

  isIn(left: Operand, right: Operand): Truth {
    if (left.kind === 'field') return this.fieldIn(left, right);
    if (right.kind !== 'field') throw new Error('two known values are for the engine to compare');
    if (!(left.value instanceof EntityValue)) return FAILS;
    // In an empty set there is nothing that is no entity.
    if (right.type !== 'entity') return right.set ? { ...FAILS, no: isEmpty(right).yes } : FAILS;
    const above = this.aboveOf(left.value, right.entity ?? '');
    return right.set ? setComparison('hasAny', right, above) : listed(right, above);
  }

  private fieldIn(left: FieldOperand, right: Operand): Truth {
    if (left.set || left.type !== 'entity') return FAILS;
    if (right.kind === 'field') {
      if (right.type !== 'entity' && !right.set) return FAILS;
      if (left.name === right.name) return always(true);
      throw new PlanRefusal('which of two fields of a row stands above the other');
    }
    const others = right.value instanceof SetValue ? [...right.value] : [right.value];
    const ancestors = others.filter((other) => other instanceof EntityValue);
    if (ancestors.length < others.length) return FAILS;
    const ids = new Set(ancestors.flatMap((ancestor) => this.belowOf(ancestor, left.entity ?? '')));
    if (ids.size > MAX_IDS)
      throw new PlanRefusal(`more than ${String(MAX_IDS)} entities stand below it`);
    return listed(left, [...ids].sort());
  }

  /** Ids of the entities of a type that are in an entity, by the live grants of the principal too. */
  private belowOf(ancestor: EntityValue, type: string): string[] {
    if (isActionType(type)) throw new PlanRefusal('a row can not be an action');
    const below = [ancestor, ...this.membersIn(ancestor)];
    if (this.entities.isBelow(this.principal, ancestor))
      below.push(this.principal, ...this.membersIn(this.principal));
    return below.filter((entity) => entity.type === type).map(({ id }) => id);
  }

  private membersIn({ type, id }: EntityValue): EntityRef[] {
    const members = this.membersOf({ type, id });
    if (members === undefined)
      throw new PlanRefusal('the register is too large to know all that stands below it');
    return [...members];
  }

  /** Ids of the entities of a type that an entity is in. */
  private aboveOf(entity: EntityValue, type: string): string[] {
    const above = [entity, ...this.entities.ancestorsOf(entity)];
    const ids = new Set(above.filter((one) => one.type === type).map(({ id }) => id));
    return [...ids].sort();
  }
}
