import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TokenBucket } from './token-bucket.js';

describe('a token bucket', () => {
  test('gives its burst at once, then says how long the next takes', () => {
    const bucket = new TokenBucket(2, 3, 0);
    expect([0, 0, 0, 0].map((ms) => bucket.take(ms))).toEqual([0, 0, 0, 0.5]);
    expect(bucket.take(400)).toBeCloseTo(0.1);
    expect(bucket.take(500)).toBe(0);
    expect(bucket.take(500)).toBeCloseTo(0.5);
  });

  test('fills to its burst and no further, and never by a clock that stands still or goes back', () => {
    const bucket = new TokenBucket(10, 2, 1_000);
    expect([3_600_000, 3_600_000, 3_600_000].map((ms) => bucket.take(ms) === 0)).toEqual([
      true,
      true,
      false,
    ]);
    expect(bucket.take(0)).toBeGreaterThan(0);
  });

  test('lets through at most burst + rate · time, and at least the rate where more is asked', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        gaps,
        (perSecond, burst, steps) => {
          const bucket = new TokenBucket(perSecond, burst, 0);
          let nowMs = 0;
          let passed = 0;
          for (const gap of steps) {
            nowMs += gap;
            while (bucket.take(nowMs) === 0) passed += 1;
          }
          const most = burst + (perSecond * nowMs) / 1_000;
          expect(passed).toBeLessThanOrEqual(most + 1e-6);
          expect(passed).toBeGreaterThanOrEqual(Math.min(burst, most) - 1);
        },
      ),
    );
  });
});
