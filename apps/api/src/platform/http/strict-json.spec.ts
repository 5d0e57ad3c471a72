import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { requireWellFormed } from '../../decide/authzen/well-formed.js';
import { parseStrictJson } from './strict-json.js';

const parse = (text: string) => parseStrictJson(Buffer.from(text));
const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()).map((value) => {
  delete value['__proto__'];
  return value;
});

describe('strict JSON', () => {
  test('takes every object that JSON.stringify writes, as JSON.parse would', () => {
    fc.assert(
      fc.property(object, fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (text.includes('__proto__')) return;
        expect(parse(text).value).toEqual(JSON.parse(text));
      }),
    );
  });

  test('refuses a second member of the same name wherever it is, however it is written', () => {
    const name = fc.constantFrom('a', '":', '\\', 'é', '');
    fc.assert(
      fc.property(name, fc.constantFrom(...(['', '[', '{"b":'] as const)), (twice, outer) => {
        const key = JSON.stringify(twice);
        const closed = { '': '', '[': ']', '{"b":': '}' }[outer];
        const text = `{"top":${outer}{${key}:1,${key}:2}${closed}}`;
        expect(() => parse(text)).toThrow('duplicate member names');
      }),
    );
    expect(() => parse('{"a":1,"\\u0061":2}')).toThrow('duplicate member names');
  });

  test.each([
    ['', 'the body is empty'],
    [' \n ', 'the body is empty'],
    ['{', 'not valid JSON'],
    ['[]', 'must be a JSON object'],
    ['null', 'must be a JSON object'],
    ['{"a":{"b":[{"__proto__":1}]}}', 'a.b.__proto__ is not an allowed member name'],
    [`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 'deeper than 32'],
    [`{"a":${'['.repeat(32)}${']'.repeat(32)}}`, 'deeper than 32'],
  ])('%s: %s', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  test('refuses bytes that are no UTF-8', () => {
    expect(() => parseStrictJson(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow('not UTF-8');
  });

  test('has 32 levels', () => {
    expect(() => parse(`${'{"a":'.repeat(32)}1${'}'.repeat(32)}`)).not.toThrow();
  });

  test('is certain of a body only where it is I-JSON as it stands', () => {
    const piece = fc.constantFrom('\\ud83d', '\\ude00', '\\u0061', '😀', 'x', '\\n', '\\\\u');
    const number = fc.constantFrom('1', '1e999', '-1e999', '1e-999', '0.5');
    fc.assert(
      fc.property(fc.array(piece), number, (pieces, value) => {
        const { value: body, mayBeIllFormed } = parse(`{"${pieces.join('')}":[${value}]}`);
        if (!mayBeIllFormed) expect(() => requireWellFormed(body)).not.toThrow();
      }),
    );
    expect(parse('{"a":[1,"\\n😀"]}').mayBeIllFormed).toBe(false);
    expect(parse('{"a":"\\ud83d"}').mayBeIllFormed).toBe(true);
    expect(parse('{"\\ud83d":1}').mayBeIllFormed).toBe(true);
    expect(parse('{"a":[1e999]}').mayBeIllFormed).toBe(true);
  });
});
