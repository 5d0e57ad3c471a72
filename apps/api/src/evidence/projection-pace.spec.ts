import { expect, test } from '@jest/globals';
import { ProjectionPace } from './projection-pace.js';

/** A machine on which the projection makes 20 rows a millisecond, in steps of 400, under this growth for a minute. */
function run(growthPerMs: (nowMs: number) => number) {
  const pace = new ProjectionPace();
  let [nowMs, workedMs, behind, sinceMs] = [0, 0, 500_000, 0];
  while (nowMs < 60_000 && behind > 0) {
    const workMs = 20;
    nowMs += workMs;
    sinceMs += workMs;
    workedMs += workMs;
    const grew = growthPerMs(nowMs) * sinceMs;
    behind += grew - 400;
    const rest = pace.restMs({ workMs, projected: 400, sinceMs, grew });
    nowMs += rest;
    sinceMs = rest;
  }
  return { duty: workedMs / nowMs, nowMs, behind };
}

test('a quiet log is followed at full speed', () => {
  expect(run(() => 0)).toMatchObject({ duty: 1 });
  expect(run(() => 1).behind).toBeLessThanOrEqual(0);
});

test('at the peak the projection takes a twentieth of its time, whether it could follow or not', () => {
  expect(run(() => 30).duty).toBeLessThan(0.07);
  expect(run(() => 15).duty).toBeLessThan(0.07);
});

test('after the peak it catches up at full speed', () => {
  const { behind, nowMs } = run((now) => (now < 5_000 ? 30 : 0));
  expect(behind).toBeLessThanOrEqual(0);
  expect(nowMs).toBeLessThan(5_000 + 4_000 + (500_000 + 150_000) / 20);
});

test('a burst of one segment is no peak', () => {
  const pace = new ProjectionPace();
  const calm = { workMs: 5, projected: 100, sinceMs: 1_000, grew: 10 };
  for (let n = 0; n < 10; n += 1) expect(pace.restMs(calm)).toBe(0);
  expect(pace.restMs({ ...calm, sinceMs: 250, grew: 1_000 })).toBe(0);
});
