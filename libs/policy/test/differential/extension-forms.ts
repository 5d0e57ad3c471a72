import type { Expressions } from './expressions.js';
import { CONSTRUCTORS, extensionText } from './extension-literals.js';
import type { CedarJson, Expr } from './round.js';
import { DATETIME, DURATION, STRING, type Type } from './types.js';

type Extension = Type & { kind: 'Extension' };

/** The expressions that yield a value of an extension type. */
export class ExtensionForms {
  constructor(private readonly from: Expressions) {}

  expression(type: Extension, depth: number): Expr {
    const { rng } = this.from;
    const datetime = () =>
      rng.chance(0.2) ? this.farDatetime() : this.from.expression(DATETIME, depth - 1);
    if (type.name === 'datetime' && rng.chance(0.6))
      return rng.chance(0.5)
        ? this.from.call('offset', [datetime(), this.from.expression(DURATION, depth - 1)])
        : this.from.call('toDate', [datetime()]);
    if (type.name === 'duration' && rng.chance(0.6))
      return rng.chance(0.5)
        ? this.from.call('durationSince', [datetime(), datetime()])
        : this.from.call('toTime', [datetime()]);
    if (rng.chance(0.15))
      return this.from.call(CONSTRUCTORS[type.name], [this.from.expression(STRING, depth - 1)]);
    return this.constructed(type);
  }

  /** A moment at an end of time, where the next step overflows. */
  private farDatetime(): Expr {
    const { rng } = this.from;
    const start = { datetime: [{ Value: rng.pick(['1970-01-01', '9999-12-31', '0000-01-01']) }] };
    const text = rng.pick(['9223372036854775807ms', '-9223372036854775808ms', '-106751991167d']);
    return this.from.call('offset', [start, { duration: [{ Value: text }] }]);
  }

  constructed({ name }: Extension): Expr {
    const { rng } = this.from;
    const text = extensionText(rng, name);
    const fn = CONSTRUCTORS[name];
    if (rng.chance(0.15)) return { Value: this.extensionValue(fn, text) };
    return this.from.call(fn, [{ Value: text }]);
  }

  /** The escape for extension values, which may hold any call; in disorder, of another arity. */
  private extensionValue(fn: string, text: string): CedarJson {
    const { rng } = this.from;
    const value = { __extn: { fn, arg: text } };
    if (this.from.isDisordered())
      return { __extn: { fn, args: rng.chance(0.5) ? [] : [text, text] } };
    if (fn !== 'datetime' || rng.chance(0.7)) return value;
    const duration = { __extn: { fn: 'duration', arg: extensionText(rng, 'duration') } };
    return { __extn: { fn: 'offset', args: [value, duration] } };
  }
}
