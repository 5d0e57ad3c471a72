import { describe, expect, it } from '@jest/globals';
import { compareVersions } from './versions.js';

describe('compareVersions', () => {
  it.each([
    ['10.9', '10.10', -1],
    ['14', '14.0.0', 0],
    ['14.0.1', '14', 1],
    ['010.2', '10.2', 0],
    ['14.6.1 (23G93)', '14.6.1', 0],
    ['10.0.22631', '10.0.19045', 1],
  ])('orders %s against %s by number', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b) ?? Number.NaN)).toBe(sign);
  });

  it.each([
    '',
    'Sonoma',
    '14.',
    '.14',
    '14.6-beta',
    '-1',
    '1e3',
    '9999999999',
    '1.1.1.1.1.1.1.1.1',
  ])('has no order for %p', (text) => {
    expect(compareVersions(text, '1')).toBeUndefined();
    expect(compareVersions('1', text)).toBeUndefined();
  });
});
