import {
  type Access,
  type Environment,
  accessesIn,
  entityLiteral,
  TAG_NAMES,
} from './environment.js';
import { BooleanForms } from './boolean-forms.js';
import { ExtensionForms } from './extension-forms.js';
import { attributeName, longLiteral, stringLiteral } from './literals.js';
import type { Rng } from './rng.js';
import { type CedarJson, type Expr, record } from './round.js';
import { anyType, BOOLEAN, DURATION, LONG, type Type } from './types.js';
import { entityNames, someUid, Values } from './values.js';
import type { World } from './world.js';

const TIDY = { missing: 0, mistyped: 0, surplus: 0, malformed: 0.2, implicit: 0 };
const UNITS = ['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'];

/** Expressions of a wanted type; with the probability `disorder`, any part of one has another type, or a call another number of arguments. */
export class Expressions {
  private readonly accesses: Map<string, Access[]>;
  private readonly values: Values;
  private readonly booleans: BooleanForms;
  private readonly extensions: ExtensionForms;

  constructor(
    readonly rng: Rng,
    readonly world: World,
    readonly environment: Environment,
    private readonly disorder: number,
  ) {
    this.accesses = accessesIn(rng, world, environment);
    this.values = new Values(rng, world, TIDY);
    this.booleans = new BooleanForms(this);
    this.extensions = new ExtensionForms(this);
  }

  expression(wanted: Type, depth: number): Expr {
    const { rng } = this;
    const type = this.isDisordered() ? this.anyType(1) : wanted;
    if (depth <= 0) return this.leaf(type);
    if (type.kind === 'Boolean') return this.booleans.expression(depth);
    if (rng.chance(0.35)) return this.access(type)?.expression ?? this.compound(type, depth);
    if (rng.chance(0.06)) return this.projection(type, depth);
    if (rng.chance(0.06)) return this.conditional(type, depth);
    return this.compound(type, depth);
  }

  /** Something that reads a value of this type from the data, if there is any. */
  access(type: Type): Access | undefined {
    const found = this.accesses.get(type.key);
    return found === undefined ? undefined : this.rng.pick(found);
  }

  /** Something that reads from the data. */
  anyAccess(): Access {
    return this.rng.pick(this.rng.pick([...this.accesses.values()]));
  }

  anyType(depth: number): Type {
    return anyType(this.rng, entityNames(this.world), depth);
  }

  isDisordered(): boolean {
    return this.disorder > 0 && this.rng.chance(this.disorder);
  }

  conditional(type: Type, depth: number): Expr {
    return {
      'if-then-else': {
        if: this.expression(BOOLEAN, depth - 1),
        then: this.expression(type, depth - 1),
        else: this.expression(type, depth - 1),
      },
    };
  }

  /** A call of an extension function; in disorder, of another arity. */
  call(name: string, args: readonly Expr[]): Expr {
    const { rng } = this;
    if (!this.isDisordered()) return { [name]: args };
    return { [name]: rng.chance(0.5) ? args.slice(1) : [...args, this.leaf(this.anyType(0))] };
  }

  leaf(type: Type): Expr {
    const { rng } = this;
    const access = rng.chance(0.4) ? this.access(type) : undefined;
    if (access !== undefined) return access.expression;
    switch (type.kind) {
      case 'Entity':
        return this.entity(type.name);
      case 'Extension':
        return this.extensions.constructed(type);
      case 'Set':
        return rng.chance(0.5)
          ? this.constant(type)
          : { Set: rng.times(rng.below(4), () => this.leaf(type.element)) };
      case 'Record':
        return rng.chance(0.5) ? this.constant(type) : this.recordLiteral(type, 0);
      default:
        return this.constant(type);
    }
  }

  tagName(): Expr {
    return { Value: this.rng.pick(TAG_NAMES) };
  }

  private compound(type: Type, depth: number): Expr {
    const { rng } = this;
    switch (type.kind) {
      case 'Long':
        return this.long(depth);
      case 'Set':
        return { Set: rng.times(rng.below(4), () => this.expression(type.element, depth - 1)) };
      case 'Record':
        return this.recordLiteral(type, depth - 1);
      case 'Extension':
        return this.extensions.expression(type, depth);
      default:
        return this.leaf(type);
    }
  }

  private long(depth: number): Expr {
    const { rng } = this;
    const operand = () => this.expression(LONG, depth - 1);
    const operator = rng.pick(['+', '-', '*', 'neg', 'unit', 'literal'] as const);
    const { isHuge } = this.world;
    if (operator === 'literal') return { Value: longLiteral(rng, isHuge) };
    if (operator === 'neg')
      return { neg: { arg: rng.chance(0.3) ? { Value: longLiteral(rng, isHuge) } : operand() } };
    if (operator === 'unit')
      return this.call(rng.pick(UNITS), [this.expression(DURATION, depth - 1)]);
    return { [operator]: { left: operand(), right: operand() } };
  }

  private entity(type: string): Expr {
    const { rng, environment } = this;
    const variable = rng.chance(0.5);
    if (variable && type === environment.principal) return { Var: 'principal' };
    if (variable && type === environment.resource) return { Var: 'resource' };
    return entityLiteral(someUid(rng, this.world, type));
  }

  /** A record in which the value is a member, and the access of that member. */
  private projection(type: Type, depth: number): Expr {
    const { rng } = this;
    const attr = attributeName(rng);
    const members: [string, Expr][] = [[attr, this.expression(type, depth - 1)]];
    if (rng.chance(0.5)) members.unshift(['other', this.expression(this.anyType(0), depth - 1)]);
    return { '.': { left: { Record: record(members) }, attr } };
  }

  private recordLiteral({ members }: Type & { kind: 'Record' }, depth: number): Expr {
    const present = members.filter(({ required }) => required || this.rng.chance(0.5));
    const inOrder = this.rng.chance(0.7) ? present : this.rng.shuffled(present);
    return {
      Record: record(
        inOrder.map(({ name, type }) => [name, this.expression(type, depth)] as const),
      ),
    };
  }

  private constant(type: Type): Expr {
    const value: CedarJson =
      type.kind === 'String' ? stringLiteral(this.rng) : this.values.value(type);
    return { Value: value };
  }
}
