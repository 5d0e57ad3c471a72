import type { Expressions } from './expressions.js';
import { borderLong, jsonInteger, longLiteral, patternOfParts, stringLiteral } from './literals.js';
import type { Rng } from './rng.js';
import { type CedarJson, type Expr, isList, isRecord, record } from './round.js';
import { recordOf, setOf } from './types.js';
import { Values } from './values.js';

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['toMilliseconds', 1],
  ['toSeconds', 1000],
  ['toMinutes', 60_000],
  ['toHours', 3_600_000],
  ['toDays', 86_400_000],
];
const ORDER = ['==', '!=', '<', '>='];
const DAY_MS = 86_400_000;
/** Values that are the same, or that a careless key takes for the same. */
const TWINS: readonly (readonly Expr[])[] = [
  [call('decimal', '0.0'), call('duration', '0ms'), call('datetime', '1970-01-01'), { Value: 0 }],
  [
    call('decimal', '0.0001'),
    call('duration', '1ms'),
    call('datetime', '1970-01-01T00:00:00.001Z'),
    { Value: 1 },
  ],
  [call('ip', '10.0.0.1'), call('ip', '10.0.0.1/32'), call('ip', '10.0.0.1/24')],
  [call('ip', '::1'), call('ip', '::1/127'), call('ip', '0:0::1'), call('ip', '0.0.0.1')],
  [{ Value: '1' }, { Value: 1 }, { Value: true }],
  [{ Set: [{ Value: '1' }] }, { Set: [{ Value: 1 }] }, { Value: ['1'] }],
];
/** Ranges at the ends of those that have a name. */
const IP_ENDS = [
  ...['127.0.0.0/8', '127.0.0.0/7', '127.255.255.255', '128.0.0.0', '::1', '::1/127', '::2'],
  ...[
    '224.0.0.0/4',
    '224.0.0.0/3',
    '239.255.255.255',
    '240.0.0.0',
    'ff00::/8',
    'ff00::/7',
    'fe00::',
  ],
];
const ORDERED = [...(TWINS[0] ?? []), ...(TWINS[1] ?? []), { Value: 'a' }];
const PLAIN = { missing: 0, mistyped: 0, surplus: 0, malformed: 0, implicit: 0 };

/** Comparisons of two things that are the same, or nearly: where an engine that is nearly right gives itself away. */
export class TellingForms {
  private readonly rng: Rng;
  private readonly values: Values;

  constructor(private readonly from: Expressions) {
    this.rng = from.rng;
    this.values = new Values(from.rng, from.world, PLAIN);
  }

  expression(): Expr {
    const { rng, from } = this;
    return rng.weighted<() => Expr>([
      [from.world.isHuge ? 20 : 1, () => this.arithmetic()],
      [2, () => this.units()],
      [1, () => this.timeOfDay()],
      [2, () => this.clock()],
      [2, () => this.unordered()],
      [4, () => this.like()],
      [3, () => this.rearranged()],
      [3, () => this.twins()],
      [1, () => this.namesakes()],
      [2, () => this.ranges()],
    ])();
  }

  /** A calculation and its exact result, or an integer beside it. */
  private arithmetic(): Expr {
    const { rng } = this;
    const { isHuge } = this.from.world;
    const isAtBorder = isHuge && rng.chance(0.7);
    const a = isAtBorder ? borderLong(rng) : longLiteral(rng, isHuge);
    const b = isAtBorder ? rng.between(-4, 4) : longLiteral(rng, isHuge);
    const operands = { left: { Value: a }, right: { Value: b } };
    const [calculation, exact] = rng.pick<[Expr, bigint]>([
      [{ '+': operands }, BigInt(a) + BigInt(b)],
      [{ '-': operands }, BigInt(a) - BigInt(b)],
      [{ '*': operands }, BigInt(a) * BigInt(b)],
      [{ neg: { arg: { Value: a } } }, -BigInt(a)],
    ]);
    return this.compared(calculation, exact);
  }

  private units(): Expr {
    const { rng } = this;
    const ms = rng.pick([-1, 1]) * rng.below(rng.pick([10, 5000, 200_000_000]));
    const [name, size] = rng.pick(UNITS);
    const quotient = BigInt(Math.trunc(ms / size));
    return this.compared({ [name]: [call('duration', `${ms}ms`)] }, quotient);
  }

  /** The time of day of a moment before or after 1970, and what it is exactly. */
  private timeOfDay(): Expr {
    const { rng } = this;
    const ms = rng.pick([-1, 1]) * rng.below(rng.pick([3, 86_400_002, 2_000_000_000]));
    const moment = { offset: [call('datetime', '1970-01-01'), call('duration', `${ms}ms`)] };
    const exact = ((ms % DAY_MS) + DAY_MS) % DAY_MS;
    return { '==': { left: { toTime: [moment] }, right: call('duration', `${exact}ms`) } };
  }

  /** A datetime whose parts are at the ends of what they may be, or beyond. */
  private clock(): Expr {
    const { rng } = this;
    const part = (...texts: string[]) => rng.pick(texts);
    const time = `${part('00', '23', '24')}:${part('00', '59', '59', '60')}:${part('00', '59', '59', '60')}`;
    const zone = part('Z', '+0000', '+2359', '-2359', '+2400', '-2400', '+0060', '+2459');
    const right = call('datetime', '2024-03-01');
    return { [rng.pick(ORDER)]: { left: call('datetime', `2024-02-29T${time}${zone}`), right } };
  }

  /** Two values that maybe have no common order. */
  private unordered(): Expr {
    const { rng } = this;
    const [left, right] = [rng.pick(ORDERED), rng.pick(ORDERED)];
    return { [rng.pick(['<', '<=', '>', '>='])]: { left, right } };
  }

  private compared(calculation: Expr, exact: bigint): Expr {
    const { rng } = this;
    const beside = BigInt.asIntN(64, exact + BigInt(rng.pick([0, 0, 1, -1])));
    const isWritable = this.from.world.isHuge || Number.isSafeInteger(Number(beside));
    const right = { Value: isWritable ? jsonInteger(beside) : 0 };
    return { [rng.pick(ORDER)]: { left: calculation, right } };
  }

  /** A text and parts of it, which may overlap or stand in another order; often twice, with other parts. */
  private like(): Expr {
    const { rng } = this;
    const left = { Value: stringLiteral(rng) };
    const one = { like: { left, pattern: patternOfParts(rng, left.Value) } };
    if (rng.chance(0.5)) return one;
    const other = { like: { left, pattern: patternOfParts(rng, left.Value) } };
    return { [rng.pick(['==', '!='])]: { left: one, right: other } };
  }

  /** A value and the same with its members in another order. */
  private rearranged(): Expr {
    const { rng, from } = this;
    const inner = rng.chance(0.5)
      ? setOf(from.anyType(0))
      : recordOf([
          { name: 'a', type: from.anyType(0), required: true },
          { name: 'b', type: from.anyType(1), required: true },
        ]);
    const value = this.values.value(rng.chance(0.5) ? setOf(inner) : inner);
    const [left, right] = [{ Value: value }, { Value: rearranged(rng, value) }];
    if (rng.chance(0.5)) return { '==': { left, right } };
    return { contains: { left: { Set: [{ Value: 1 }, left] }, right } };
  }

  private twins(): Expr {
    const { rng } = this;
    const family = rng.pick(TWINS);
    const [one, other] = [rng.pick(family), rng.pick(family)];
    if (rng.chance(0.3)) return { contains: { left: { Set: [one] }, right: other } };
    const [left, right] = rng.chance(0.7) ? [one, other] : [{ Set: [one] }, { Set: [other] }];
    return { [rng.pick(['==', '!='])]: { left, right } };
  }

  private ranges(): Expr {
    const { rng } = this;
    const [one, other] = [call('ip', rng.pick(IP_ENDS)), call('ip', rng.pick(IP_ENDS))];
    if (rng.chance(0.4)) return { isInRange: [one, other] };
    return { [rng.pick(['isLoopback', 'isMulticast'])]: [one] };
  }

  /** Records whose members have the same values and maybe other names. */
  private namesakes(): Expr {
    const { rng } = this;
    const value = this.from.leaf(this.from.anyType(0));
    const named = () => ({ Record: record([[rng.pick(['a', 'b', 'c']), value]]) });
    return { [rng.pick(['==', '!='])]: { left: named(), right: named() } };
  }
}

function call(name: string, text: string): Expr {
  return { [name]: [{ Value: text }] };
}

function rearranged(rng: Rng, value: CedarJson): CedarJson {
  if (isList(value)) return rng.shuffled(value).map((member) => rearranged(rng, member));
  if (!isRecord(value) || '__entity' in value || '__extn' in value) return value;
  const members = rng.shuffled(Object.entries(value));
  return record(members.map(([name, member]) => [name, rearranged(rng, member)] as const));
}
