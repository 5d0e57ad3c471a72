import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileExpression } from './compile-expression.js';
import { DecimalValue } from './decimal.js';
import type { Environment } from './environment.js';
import { parseIp } from './ip.js';
import { toLong } from './long.js';
import { DatetimeValue, DurationValue } from './time.js';
import { valueToExpression } from './to-expression.js';
import { EntityValue, isEqual, MapRecord, SetValue, type Value } from './value.js';

const long = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((integer) => toLong(integer) ?? 0);
const text = fc.string({ unit: 'grapheme' });
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter((ip) => !ip.includes('.')),
);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.boolean(),
    long,
    text,
    fc.tuple(fc.constantFrom('user', 'a::b'), text).map(([type, id]) => new EntityValue(type, id)),
    long.map((units) => new DecimalValue(units)),
    long.map((ms) => new DatetimeValue(ms)),
    long.map((ms) => new DurationValue(ms)),
    address.map((ip) => parseIp(ip)),
    fc.array(tie('value')).map((members) => new SetValue(members)),
    fc.array(fc.tuple(text, tie('value'))).map((members) => new MapRecord(new Map(members))),
  ),
}));

describe('a value as a literal', () => {
  it('is compiled to the same value, whatever it is', () => {
    fc.assert(
      fc.property(value, (original) => {
        const back = compileExpression(valueToExpression(original))({} as Environment);
        expect(isEqual(back, original)).toBe(true);
      }),
    );
  });

  it('gets the type names of the format', () => {
    const entity = new EntityValue('my-app', 'x');
    expect(valueToExpression(new SetValue([entity]), () => 'my_app')).toEqual({
      Set: [{ Value: { __entity: { type: 'my_app', id: 'x' } } }],
    });
  });
});
