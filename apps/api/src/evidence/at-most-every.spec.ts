import { expect, test } from '@jest/globals';
import { atMostEvery } from './at-most-every.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('the first value comes at once, the newest of those that follow after the interval, and none twice', async () => {
  const seen: number[] = [];
  const show = atMostEvery(40, (value: number) => seen.push(value));
  for (const value of [1, 2, 3]) show.call(value);
  expect(seen).toEqual([1]);
  await pause(60);
  expect(seen).toEqual([1, 3]);
  await pause(60);
  show.call(4);
  expect(seen).toEqual([1, 3, 4]);
  show.call(5);
  show.cancel();
  await pause(60);
  expect(seen).toEqual([1, 3, 4]);
});
