import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cacheKey } from '../src/cache/cache-key.js';

/** Values that lie close together, so that a separator in the wrong place would make two of them one. */
const tricky = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      1,
      12,
      -1,
      1.5,
      '',
      's',
      '1:',
      's1:s',
      'a0:',
      'o2:',
      '0',
      'true',
    ),
    fc.string({ maxLength: 4 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('', 'a', 'b', 's1:a', 'id'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

/** What goes over the wire, members in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

describe('the key of a question', () => {
  test('is the same for two values only if the same would be sent for both', () => {
    fc.assert(
      fc.property(tricky, tricky, (a, b) => {
        expect(cacheKey(a) === cacheKey(b)).toBe(canonical(a) === canonical(b));
      }),
      { numRuns: 5_000 },
    );
  });

  test('does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), tricky), (value) => {
        const backwards = Object.fromEntries(Object.entries(value).reverse());
        expect(cacheKey(backwards)).toBe(cacheKey(value));
      }),
    );
  });

  test('changes with every part of a question, wherever the difference lies', () => {
    const part = fc.constantFrom('', 'a', 'b', 'ab', '1', 's1:a');
    const question = fc.record({
      subject: fc.record({ type: part, id: part }),
      resource: fc.record({
        type: part,
        id: part,
        properties: fc.dictionary(part, part, { maxKeys: 2 }),
      }),
      context: fc.option(fc.dictionary(part, part, { maxKeys: 2 }), { nil: undefined }),
    });
    const keyOf = ({
      subject,
      resource,
      context,
    }: {
      subject: unknown;
      resource: unknown;
      context: unknown;
    }) => cacheKey(['pdp', 'key', subject, resource, context]);
    fc.assert(
      fc.property(question, question, (a, b) => {
        expect(keyOf(a) === keyOf(b)).toBe(canonical(a) === canonical(b));
      }),
      { numRuns: 5_000 },
    );
  });

  test('is none for what JSON would send as something else', () => {
    for (const value of [new Date(0), NaN, Infinity, 1n, () => 1, Symbol('a'), new Map()])
      expect(cacheKey({ context: [value] })).toBeUndefined();
    expect(cacheKey({ a: undefined })).toBe(cacheKey({}));
    expect(cacheKey(-0)).toBe(cacheKey(0));
  });
});
