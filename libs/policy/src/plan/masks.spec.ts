import { describe, expect, it } from '@jest/globals';
import type { Obligation } from '@sallyport/contracts';
import { checkBundle } from '../check.js';
import { masksOf, stricter } from './masks.js';

const duty = (type: string, properties?: object) =>
  ({ id: 'p', type, ...(properties ? { properties } : {}) }) as Obligation;

describe('an obligation to mask', () => {
  it('names fields and methods, whatever its type', () => {
    const mask = { ssn: { method: 'redact' }, phone: { method: 'partial', keepLast: 2 } };
    const expected = [
      ['ssn', { method: 'redact' }],
      ['phone', { method: 'partial', keepLast: 2 }],
    ];
    expect(masksOf(duty('mask', { mask }))).toEqual(expected);
    expect(masksOf(duty('filter', { mask }))).toEqual(expected);
    expect(masksOf(duty('step-up', { acr_value: 'high' }))).toEqual([]);
  });

  it.each<[string, object | undefined]>([
    ['no fields', undefined],
    ['an unknown method', { mask: { ssn: { method: 'blur' } } }],
    ['nothing to put in its place', { mask: { ssn: { method: 'replace' } } }],
    ['a negative count', { mask: { ssn: { method: 'partial', keepLast: -1 } } }],
    ['a method by itself', { mask: { ssn: 'redact' } }],
  ])('is none with %s', (_, properties) => {
    expect(masksOf(duty('mask', properties))).toBeUndefined();
  });

  it('that is none is not published', () => {
    const annotation = JSON.stringify(JSON.stringify({ type: 'mask', mask: { ssn: 'redact' } }));
    const source = `@id("p") @obligation(${annotation}) permit (principal, action, resource);`;
    const { problems } = checkBundle({ files: { 'policies/a.cedar': source } });
    expect(problems.map(({ message }) => message).join()).toContain('@obligation');
  });

  it.each([
    [{ method: 'redact' }, { method: 'replace', value: '-' }],
    [{ method: 'replace', value: '-' }, { method: 'hash' }],
    [{ method: 'hash' }, { method: 'partial' }],
    [
      { method: 'partial', keepLast: 1 },
      { method: 'partial', keepFirst: 1, keepLast: 1 },
    ],
  ] as const)('of two ways the stricter is kept: %j before %j', (strict, lax) => {
    expect(stricter(strict, lax)).toBe(strict);
    expect(stricter(lax, strict)).toBe(strict);
  });
});
