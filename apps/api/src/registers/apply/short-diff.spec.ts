import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@sallyport/contracts';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { canonical, shortDiff } from './short-diff.js';
import { isStorable, unstorablePath } from './storable.js';

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);
const object = fc
  .dictionary(fc.string({ maxLength: 3 }), json)
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

describe('canonical', () => {
  it('is one text for one value, whatever the order of its members', () => {
    fc.assert(
      fc.property(object, (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonical(reversed)).toBe(canonical(value));
        expect(JSON.parse(canonical(value))).toEqual(value);
      }),
    );
  });

  it('is another text for another value', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(canonical(one) === canonical(other)).toBe(isDeepStrictEqual(one, other));
      }),
    );
  });
});

describe('shortDiff', () => {
  it('takes what every object inherits for no member', () => {
    expect(shortDiff({}, JSON.parse('{"valueOf": null, "__proto__": 1}') as JsonObject)).toEqual([
      'valueOf: added null',
      '__proto__: added 1',
    ]);
  });

  it('is empty exactly where nothing changed, and never longer than eight lines', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const lines = shortDiff(before, after);
        expect(lines.length === 0).toBe(isDeepStrictEqual(before, after));
        expect(lines.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it('names what was added, removed and changed, however deep', () => {
    const before = { attrs: { clearance: 2, team: 'a' }, parents: [] };
    const after = { attrs: { clearance: 3, site: 'x' }, parents: [] };
    expect(shortDiff(before, after)).toEqual([
      'attrs.clearance: 2 → 3',
      'attrs.team: removed',
      'attrs.site: added "x"',
    ]);
  });

  it('never shows the hash of a key', () => {
    expect(shortDiff({ keyHash: 'aa' }, { keyHash: 'bb' })).toEqual(['keyHash: changed']);
    expect(shortDiff({}, { keyHash: 'bb' })).toEqual(['keyHash: added']);
  });
});

describe('what Postgres can keep', () => {
  it.each([['a\0b'], ['\ud800'], ['\udc00x']])('does not include %j', (text) => {
    expect(isStorable(text)).toBe(false);
    expect(unstorablePath({ list: [1, { name: text }] })).toEqual(['list', '1', 'name']);
    expect(unstorablePath({ [text]: 1 })).toBeDefined();
  });

  it('includes everything else', () => {
    expect(unstorablePath({ a: ['ü', '𝄞', '\t', null, 1, { b: false }] })).toBeUndefined();
  });
});
