import { describe, expect, it } from '@jest/globals';
import { Sampling } from './sampling.js';

/** A generator that is random enough, and the same each time (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function sampling(oneIn: number, maxPerSecond = Number.POSITIVE_INFINITY, nowMs = () => 0) {
  const sampled = new Sampling({ oneIn, maxPerSecond, monotonicMs: nowMs, random: randomFrom(1) });
  return (decisions: number) =>
    Array.from({ length: decisions }, () => sampled.takesNext()).filter((isTaken) => isTaken)
      .length;
}

describe('choosing decisions to ask again', () => {
  it.each([1, 2, 10, 1_000])('takes one in %i, give or take', (oneIn) => {
    const share = sampling(oneIn)(500_000) / 500_000;
    expect(share * oneIn).toBeGreaterThan(0.85);
    expect(share * oneIn).toBeLessThan(1.15);
  });

  it('takes none where none is wanted', () => {
    expect(sampling(0)(100_000)).toBe(0);
  });

  it('takes no more in a second than it may, however many are asked', () => {
    let nowMs = 0;
    const take = sampling(1, 3, () => nowMs);
    expect(take(1_000)).toBe(3);
    nowMs = 999;
    expect(take(1_000)).toBe(0);
    nowMs = 1_000;
    expect(take(1_000)).toBe(3);
  });
});
