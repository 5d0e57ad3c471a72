import { expect, test } from '@jest/globals';
import { deadlineMs, within } from './webhook-deadline.js';

test.each([
  ['3s', 2_500],
  ['10s', 9_500],
  ['1m30s', 29_500],
  ['1.5s', 1_200],
  ['500ms', 400],
  ['1s500ms', 1_200],
  ['1h', 29_500],
  ['0s', 0],
  ['2000us', 1.6],
])('an API server that waits %s is answered before', (timeout, ms) => {
  expect(deadlineMs(timeout)).toBeCloseTo(ms, 6);
});

test.each([undefined, '', '3', 's', '-3s', '3 s', '3s;', '1e3s', ['3s', '4s'], {}])(
  'one that does not say how long (%p) waits ten seconds',
  (timeout) => {
    expect(deadlineMs(timeout)).toBe(9_500);
  },
);

test('work that is done in time gives its own result, and fails as itself', async () => {
  const late = () => 'late';
  expect(await within(10_000, Promise.resolve('done'), late)).toBe('done');
  await expect(within(10_000, Promise.reject(new Error('no')), late)).rejects.toThrow('no');
  expect(await within(1, new Promise<string>(() => undefined), late)).toBe('late');
});
