import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readJson } from './json-source.js';

describe('reading JSON', () => {
  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2), (text, indent) => {
        fc.pre(!text.includes('__proto__'));
        const pretty = JSON.stringify(JSON.parse(text), undefined, indent);
        const result = readJson('a.json', pretty);
        expect(result.ok && result.source.value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('accepts nothing that JSON.parse refuses, and never throws', () => {
    const almost = fc.string({
      unit: fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '1',
        '-',
        '.',
        'e',
        '0',
        'true',
        'null',
        ' ',
        '\n',
        '\\',
        '"',
        '\t',
        '\u0001',
      ),
    });
    fc.assert(
      fc.property(almost, (text) => {
        if (readJson('a.json', text).ok) JSON.parse(text);
      }),
      { numRuns: 3000 },
    );
  });

  it('finds the place of every member', () => {
    const result = readJson('a.json', '{\n  "a": [\n    1,\n    {"b": 2}\n  ]\n}');
    if (!result.ok) throw new Error('must parse');
    expect(result.source.locate(['a', 1, 'b'])).toEqual({ line: 4, column: 6 });
    expect(result.source.locate(['a', 7, 'b'])).toEqual({ line: 2, column: 3 });
  });
});
