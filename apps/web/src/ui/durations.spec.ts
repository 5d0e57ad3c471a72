import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  exactDuration,
  formatDuration,
  formatRelative,
  formatUtc,
  parseDuration,
} from './durations.js';

describe('durations', () => {
  it.each([
    [580, '9 min 40 s'],
    [600, '10 min'],
    [3_605, '1 h'],
    [5_400, '1 h 30 min'],
    [0, '0 s'],
    [-5, '0 s'],
    [90_061, '1 d 1 h'],
  ])('%d seconds tick as “%s”', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('what is decided on is written exactly: reading it back gives the same seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * 86_400 }), (seconds) => {
        expect(parseDuration(exactDuration(seconds))).toBe(seconds);
      }),
    );
  });

  it.each([
    ['10', 600],
    ['10 min', 600],
    ['10m', 600],
    ['1h 30m', 5_400],
    ['90 s', 90],
    ['2 Days', 172_800],
  ])('“%s” is read as %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each([
    '',
    'soon',
    '0',
    '0 min',
    '-5 min',
    '10 parsecs',
    '1.5 h',
    'min 10',
    '10 min later',
    '9999999 d',
  ])('“%s” is no duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('moments', () => {
  it('are told relative to now, in the largest unit', () => {
    expect(formatRelative(-2_000)).toBe('just now');
    expect(formatRelative(-12_000)).toBe('12 s ago');
    expect(formatRelative(-3_700_000)).toBe('1 h ago');
    expect(formatRelative(300_000)).toBe('in 5 min');
  });

  it('are exact in UTC, and an unreadable one is shown as it is', () => {
    expect(formatUtc('2026-11-22T06:21:04.123Z')).toBe('2026-11-22 06:21:04 UTC');
    expect(formatUtc('2026-11-22T06:21:04.123Z', true)).toBe('2026-11-22 06:21:04.123 UTC');
    expect(formatUtc('yesterday')).toBe('yesterday');
  });
});
