import { EntityForms } from './entity-forms.js';
import type { Expressions } from './expressions.js';
import { extensionText } from './extension-literals.js';
import { likePattern } from './literals.js';
import { TellingForms } from './telling-forms.js';
import type { Expr } from './round.js';
import {
  BOOLEAN,
  DATETIME,
  DURATION,
  extensionType,
  LONG,
  setOf,
  STRING,
  type Type,
} from './types.js';

const ORDER = ['<', '<=', '>', '>='];
const DECIMAL_ORDER = ['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'];
const IP_TESTS = ['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'];

/** The expressions that are true or false: every operator and method that makes one. */
export class BooleanForms {
  private readonly entities: EntityForms;
  private readonly telling: TellingForms;

  constructor(private readonly from: Expressions) {
    this.entities = new EntityForms(from);
    this.telling = new TellingForms(from);
  }

  expression(depth: number): Expr {
    const { rng } = this.from;
    const form = rng.weighted<() => Expr>([
      [12, () => this.guarded(depth)],
      [8, () => this.and(depth)],
      [7, () => this.or(depth)],
      [5, () => this.not(depth)],
      [3, () => this.conditional(depth)],
      [12, () => this.equality(depth)],
      [12, () => this.order(depth)],
      [8, () => this.entities.membership(depth)],
      [6, () => this.entities.actionTest()],
      [5, () => this.entities.typeTest(depth)],
      [7, () => this.like(depth)],
      [8, () => this.entities.has(depth)],
      [5, () => this.entities.hasPath(depth)],
      [4, () => this.entities.tag(depth)],
      [12, () => this.setTest(depth)],
      [5, () => this.decimalTest(depth)],
      [7, () => this.ipTest(depth)],
      [3, () => this.plain()],
      [this.from.world.isHuge ? 26 : 14, () => this.telling.expression()],
      [this.from.isDisordered() ? 40 : 0, () => this.unasked(depth)],
    ]);
    return form();
  }

  /** A test of something that may be missing, behind the test that it is there. */
  private guarded(depth: number): Expr {
    const access = this.from.anyAccess();
    const test = this.comparison(access.type, access.expression, depth);
    return access.guards.reduceRight<Expr>((right, left) => ({ '&&': { left, right } }), test);
  }

  private comparison(type: Type, left: Expr, depth: number): Expr {
    const { rng } = this.from;
    const right = () => this.from.expression(type, depth - 1);
    if (type.kind === 'Boolean') return left;
    if (type.kind === 'String' && rng.chance(0.5))
      return { like: { left, pattern: likePattern(rng) } };
    if (type.kind === 'Long' && rng.chance(0.6))
      return { [rng.pick(ORDER)]: { left, right: right() } };
    if (type.kind === 'Set' && rng.chance(0.6))
      return { contains: { left, right: this.from.expression(type.element, depth - 1) } };
    if (type.kind === 'Entity' && rng.chance(0.5))
      return { in: { left, right: this.entities.parent() } };
    return { [rng.pick(['==', '!='])]: { left, right: right() } };
  }

  private and(depth: number): Expr {
    return { '&&': this.pair(BOOLEAN, depth) };
  }

  private or(depth: number): Expr {
    return { '||': this.pair(BOOLEAN, depth) };
  }

  private not(depth: number): Expr {
    return { '!': { arg: this.from.expression(BOOLEAN, depth - 1) } };
  }

  private conditional(depth: number): Expr {
    return this.from.conditional(BOOLEAN, depth);
  }

  private equality(depth: number): Expr {
    const { rng } = this.from;
    const type = rng.chance(0.5) ? this.from.anyAccess().type : this.from.anyType(2);
    const sides = this.pair(type, depth);
    if (rng.chance(0.1)) return { '==': { left: sides.left, right: sides.left } };
    return { [rng.chance(0.7) ? '==' : '!=']: sides };
  }

  private order(depth: number): Expr {
    const { rng } = this.from;
    const type = rng.weighted([
      [6, LONG],
      [2, DATETIME],
      [2, DURATION],
    ]);
    const sides = this.pair(type, depth);
    if (rng.chance(0.88) && !this.from.isDisordered()) return { [rng.pick(ORDER)]: sides };
    const right = this.from.leaf(rng.pick([LONG, DATETIME, DURATION, STRING]));
    return { [rng.pick(ORDER)]: { left: sides.left, right } };
  }

  private like(depth: number): Expr {
    const { rng } = this.from;
    return {
      like: { left: this.from.expression(STRING, depth - 1), pattern: likePattern(rng) },
    };
  }

  private setTest(depth: number): Expr {
    const { rng } = this.from;
    const element = rng.chance(0.7) ? this.from.anyType(0) : this.from.anyType(2);
    const set = () => this.from.expression(setOf(element), depth - 1);
    const operator = rng.pick(['contains', 'containsAll', 'containsAny', 'isEmpty'] as const);
    if (operator === 'isEmpty') return { isEmpty: { arg: set() } };
    const right = operator === 'contains' ? this.from.expression(element, depth - 1) : set();
    return { [operator]: { left: set(), right } };
  }

  private decimalTest(depth: number): Expr {
    const { left, right } = this.pair(extensionType('decimal'), depth);
    return this.from.call(this.from.rng.pick(DECIMAL_ORDER), [left, right]);
  }

  private ipTest(depth: number): Expr {
    const { rng } = this.from;
    const { left, right } = this.pair(extensionType('ipaddr'), depth);
    if (rng.chance(0.4)) return this.from.call('isInRange', [left, right]);
    if (rng.chance(0.1))
      return this.from.call('isInRange', [left, { ip: [{ Value: extensionText(rng, 'ipaddr') }] }]);
    return this.from.call(rng.pick(IP_TESTS), [left]);
  }

  /** A logical operator whose last operand is of any type, where nothing wants to know whether it yields a boolean. */
  private unasked(depth: number): Expr {
    const { rng } = this.from;
    const left = this.from.expression(BOOLEAN, depth - 1);
    const right = this.from.leaf(this.from.anyType(0));
    const operator = rng.pick(['&&', '||']);
    return { [rng.pick(['==', '!='])]: { left: { [operator]: { left, right } }, right } };
  }

  private plain(): Expr {
    return this.from.leaf(BOOLEAN);
  }

  private pair(type: Type, depth: number): { left: Expr; right: Expr } {
    const { from } = this;
    return { left: from.expression(type, depth - 1), right: from.expression(type, depth - 1) };
  }
}
