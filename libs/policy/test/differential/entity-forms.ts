import { entityLiteral } from './environment.js';
import type { Expressions } from './expressions.js';
import { attributeName } from './literals.js';
import type { CedarJson, Expr } from './round.js';
import { entityOf, setOf, STRING, type Type } from './types.js';
import { entityNames, someAction, someUid } from './values.js';

/** Types that only look like those of a world. */
const ODD_TYPES = ['Nobody', 'Action', 'NS::User', 'NS::Doc', 'NS::Group', 'Team', 'Sub::Folder'];

/** The tests of what an entity is, where it stands and what it has. */
export class EntityForms {
  constructor(private readonly from: Expressions) {}

  membership(depth: number): Expr {
    const { rng } = this.from;
    const left = this.from.expression(this.entityType(), depth - 1);
    if (rng.chance(0.6)) return { in: { left, right: this.parent() } };
    const set = { Set: rng.times(rng.below(4), () => this.parent()) };
    const right = rng.chance(0.8) ? set : this.from.expression(setOf(this.entityType()), depth - 1);
    return { in: { left, right } };
  }

  actionTest(): Expr {
    const { rng, world } = this.from;
    const left = { Var: 'action' };
    const group = () => entityLiteral(someAction(rng, world));
    if (rng.chance(0.3)) return { '==': { left, right: group() } };
    if (rng.chance(0.6)) return { in: { left, right: group() } };
    return { in: { left, right: { Set: rng.times(rng.below(4), group) } } };
  }

  typeTest(depth: number): Expr {
    const { rng, world } = this.from;
    const left = this.from.expression(this.entityType(), depth - 1);
    const name = rng.pick(entityNames(world));
    const entity_type = rng.chance(0.75) ? name : rng.pick(ODD_TYPES);
    if (rng.chance(0.6)) return { is: { left, entity_type } };
    const right = rng.chance(0.7) ? this.parent() : { Set: rng.times(2, () => this.parent()) };
    return { is: { left, entity_type, in: right } };
  }

  has(depth: number): Expr {
    const { rng } = this.from;
    const { expression, type } = this.holder(depth);
    const known = type.kind === 'Record' ? type.members.map(({ name }) => name) : [];
    const attr = known.length > 0 && rng.chance(0.6) ? rng.pick(known) : attributeName(rng);
    return { has: { left: expression, attr: rng.chance(0.8) ? attr : [attr] } };
  }

  /** `has a.b.c`: mostly along members that can be there. */
  hasPath(depth: number): Expr {
    const { rng } = this.from;
    const path: string[] = [];
    let left = rng.chance(0.7) ? this.from.anyAccess().expression : this.holder(depth).expression;
    while (path.length < 4 && isAccess(left)) {
      path.unshift(left['.'].attr);
      left = left['.'].left;
    }
    if (path.length === 0 || rng.chance(0.3)) path.push(attributeName(rng));
    return { has: { left, attr: path } };
  }

  tag(depth: number): Expr {
    const left = this.from.expression(this.entityType(), depth - 1);
    const { rng } = this.from;
    const right = rng.chance(0.8) ? this.from.tagName() : this.from.expression(STRING, depth - 1);
    return { hasTag: { left, right } };
  }

  /** Something with attributes: an entity, or a record. */
  private holder(depth: number): { expression: Expr; type: Type } {
    const { rng } = this.from;
    for (let attempt = 0; attempt < 4; attempt++) {
      const access = this.from.anyAccess();
      if (access.type.kind === 'Entity' || access.type.kind === 'Record') return access;
    }
    const type = rng.chance(0.5) ? this.entityType() : this.from.anyType(1);
    return { expression: this.from.expression(type, depth - 1), type };
  }

  private entityType(): Type {
    return entityOf(this.from.rng.pick(entityNames(this.from.world)));
  }

  parent(): Expr {
    const { rng, world } = this.from;
    if (rng.chance(0.1)) return this.from.leaf(this.entityType());
    if (this.from.isDisordered()) return this.from.leaf(this.from.anyType(1));
    return entityLiteral(someUid(rng, world, rng.pick(entityNames(world))));
  }
}

function isAccess(expression: Expr): expression is { '.': { left: Expr; attr: string } } {
  return isDot(expression['.']);
}

function isDot(value: CedarJson | undefined): boolean {
  return typeof value === 'object' && value !== null && 'attr' in value;
}
