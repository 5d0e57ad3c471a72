import { expect, it } from '@jest/globals';
import { LatestRun } from './latest-run.js';

/** A task whose runs end when told to. */
function controlled() {
  const runs: { end: () => void; fail: (error: Error) => void }[] = [];
  const latest = new LatestRun(
    () => new Promise<void>((end, fail) => runs.push({ end: () => end(), fail })),
  );
  return { latest, runs };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('answers a request only by a run that began after it, and never runs twice at a time', async () => {
  const { latest, runs } = controlled();
  const answered: string[] = [];
  void latest.request().then(() => answered.push('first'));
  void latest.request().then(() => answered.push('second'));
  void latest.request().then(() => answered.push('third'));
  expect(runs).toHaveLength(1);
  runs[0]?.end();
  await settled();
  expect(answered).toEqual(['first']);
  expect(runs).toHaveLength(2);
  runs[1]?.end();
  await settled();
  expect(answered).toEqual(['first', 'second', 'third']);
  expect(runs).toHaveLength(2);
});

it('tells a failure to those who waited for that run, and goes on', async () => {
  const { latest, runs } = controlled();
  const first = latest.request();
  const second = latest.request();
  runs[0]?.fail(new Error('lost'));
  await expect(first).rejects.toThrow('lost');
  await settled();
  runs[1]?.end();
  await expect(second).resolves.toBeUndefined();
});
