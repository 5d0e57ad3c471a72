import { describe, expect, it } from '@jest/globals';
import { coversPurpose } from './purpose-of-use.js';

describe('coversPurpose', () => {
  it.each([
    ['TREAT', 'TREAT'],
    ['TREAT', 'ETREAT'],
    ['TREAT', 'BTG'],
    ['ETREAT', 'BTG'],
    ['HOPERAT', 'PATSFTY'],
    ['HRESCH', 'CLINTRCH'],
    ['https://example.org|FooBar', 'https://example.org|FooBar'],
  ])('lets %s cover %s', (granted, requested) => {
    expect(coversPurpose(granted, requested)).toBe(true);
  });

  it.each([
    ['BTG', 'TREAT'],
    ['ETREAT', 'TREAT'],
    ['TREAT', 'CLINTRCH'],
    ['HPAYMT', 'TREAT'],
    ['TREAT', 'T-TREAT'],
    ['T-TREAT', 'T-TRTMNT'],
    ['treat', 'TREAT'],
    ['TREAT', 'toString'],
    ['TREAT', ''],
  ])('does not let %s cover %s', (granted, requested) => {
    expect(coversPurpose(granted, requested)).toBe(false);
  });
});
