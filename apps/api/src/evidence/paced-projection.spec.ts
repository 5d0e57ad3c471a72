import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogProjection, type StepBudget } from './entry-index.ports.js';
import { PacedProjection } from './paced-projection.js';

/** A projection that needs `stepMs` for a step of up to `perStep` entries, over a log that the test makes longer. */
class SlowProjection extends LogProjection {
  logSize = 0;
  readonly asked: number[] = [];
  private at = 0;

  constructor(
    private readonly stepMs: number,
    private readonly perStep: number,
  ) {
    super();
  }

  override position = () => Promise.resolve(this.at);
  override progress = () => Promise.resolve({ position: this.at, logSize: this.logSize });
  override rebuild = () => Promise.resolve();

  override async advance(_tenantId: string, budget: StepBudget = () => Infinity) {
    const maxBytes = budget({ position: this.at, logSize: this.logSize });
    if (maxBytes === undefined) return false;
    this.asked.push(maxBytes);
    await sleep(this.stepMs);
    this.at = Math.min(this.logSize, this.at + this.perStep);
    return this.at < this.logSize;
  }
}

test('a trickle of entries on a slow machine is no peak: rows follow within a moment', async () => {
  const projection = new SlowProjection(15, 1_000);
  const paced = new PacedProjection(projection);
  for (let n = 0; n < 10; n += 1) {
    projection.logSize += 2;
    expect(await paced.step('acme')).toBe(25);
  }
  expect(await paced.step('acme')).toBeUndefined();
});

test('a log that grows faster than rows can follow makes them rest; one that is quiet again does not', async () => {
  const projection = new SlowProjection(10, 300);
  const paced = new PacedProjection(projection);
  const rests: (number | undefined)[] = [];
  for (let n = 0; n < 8; n += 1) {
    projection.logSize += 3_000;
    rests.push(await paced.step('acme'));
  }
  expect(paced.maxLag()).toBeGreaterThan(10_000);
  expect(rests.at(-1)).toBeGreaterThan(100);
  for (let n = 0; n < 30; n += 1) rests.push(await paced.step('acme'));
  expect(rests.at(-1)).toBe(0);
});

test('steps are short beside a log that grows fast, and long again when it is calm', async () => {
  const projection = new SlowProjection(10, 300);
  const paced = new PacedProjection(projection);
  for (let n = 0; n < 8; n += 1) {
    projection.logSize += 3_000;
    await paced.step('acme');
  }
  expect(projection.asked.at(-1)).toBe(65_536);
  for (let n = 0; n < 30; n += 1) await paced.step('acme');
  expect(projection.asked.slice(-3)).toEqual([1_048_576, 1_048_576, 1_048_576]);
});
