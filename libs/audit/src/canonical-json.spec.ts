import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, CanonicalJsonError, MAX_JSON_DEPTH } from './canonical-json.js';

const text = (value: unknown): string => Buffer.from(canonicalJson(value)).toString('utf8');
const double = (hex: string): number => Buffer.from(hex, 'hex').readDoubleBE();
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

function codeOf(value: unknown): string {
  try {
    canonicalJson(value);
  } catch (error) {
    if (error instanceof CanonicalJsonError) return `${error.code} at ${error.path}`;
    throw error;
  }
  return 'accepted';
}

describe('canonicalJson', () => {
  it('writes the example of RFC 8785 §3.2.2', () => {
    const value: unknown = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],` +
        String.raw`"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    );
    expect(text(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
        String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts members by UTF-16 code units, as in RFC 8785 §3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      1: 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(text(value).match(/[A-Z][A-Za-z :]+(?=")/g)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s as %s, as in RFC 8785 appendix B', (hex, expected) => {
    expect(text(double(hex))).toBe(expected);
  });

  it.each([
    ['NaN', { a: Number.NaN }, 'non-finite-number at $.a'],
    ['infinity', [Number.NEGATIVE_INFINITY], 'non-finite-number at $[0]'],
    ['a lone high surrogate', { a: ['ok', 'x\ud83d'] }, 'lone-surrogate at $.a[1]'],
    ['a lone low surrogate', '\ude00\ud83d', 'lone-surrogate at $'],
    ['a lone surrogate in a name', { '\udead': 1 }, 'lone-surrogate at $.\udead'],
    ['undefined', undefined, 'unsupported-type at $'],
    ['an undefined member', { a: { b: undefined } }, 'unsupported-type at $.a.b'],
    ['a hole in an array', new Array(1), 'unsupported-type at $[0]'],
    ['a function', { a: () => 1 }, 'unsupported-type at $.a'],
    ['a symbol', [Symbol('s')], 'unsupported-type at $[0]'],
    ['a bigint', [1n], 'unsupported-type at $[0]'],
    ['a date', { at: new Date(0) }, 'unsupported-type at $.at'],
    ['a map', new Map(), 'unsupported-type at $'],
    ['bytes', { bytes: new Uint8Array(1) }, 'unsupported-type at $.bytes'],
  ])('refuses %s and says where it is', (_, value, expected) => {
    expect(codeOf(value)).toBe(expected);
  });

  it('refuses cycles but not a value that occurs twice', () => {
    const shared = { a: 1 };
    const cycle: Record<string, unknown> = { shared };
    cycle['again'] = [cycle];
    expect(codeOf(cycle)).toBe('cycle at $.again[0]');
    expect(text([shared, shared])).toBe('[{"a":1},{"a":1}]');
  });

  it('takes 64 levels and refuses the 65th', () => {
    expect(text(nested(MAX_JSON_DEPTH))).toBe(`${'['.repeat(64)}1${']'.repeat(64)}`);
    expect(codeOf(nested(MAX_JSON_DEPTH + 1))).toBe(`too-deep at $${'[0]'.repeat(64)}`);
  });

  it('writes members named like the built-ins, and objects without a prototype', () => {
    expect(text(JSON.parse('{"__proto__":1,"constructor":2}'))).toBe(
      '{"__proto__":1,"constructor":2}',
    );
    expect(text(Object.assign(Object.create(null) as object, { b: 1, a: 2 }))).toBe(
      '{"a":2,"b":1}',
    );
  });

  it('escapes every ASCII character as RFC 8785 §3.2.2.2 wants, alone and among others', () => {
    for (let code = 0; code < 0x80; code += 1) {
      const character = String.fromCharCode(code);
      expect(text(character)).toBe(JSON.stringify(character));
      expect(text({ [`a${character}b`]: `a${character}b` })).toBe(
        JSON.stringify({ [`a${character}b`]: `a${character}b` }),
      );
    }
  });

  it('sorts many members as it sorts few', () => {
    const names = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 3 }), { maxLength: 60 });
    fc.assert(
      fc.property(names, (keys) => {
        const object = Object.fromEntries(keys.map((key) => [key, 0]));
        const expected = keys.toSorted().map((key) => `${JSON.stringify(key)}:0`);
        expect(text(object)).toBe(`{${expected.join(',')}}`);
      }),
    );
  });

  it('reads back as the same value, whatever the order of members was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const written = text(value);
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text(JSON.parse(written))).toBe(written);
        expect(text(reversed(value))).toBe(written);
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
