import { expect, it, jest } from '@jest/globals';
import { describeGateways } from './scene.js';

jest.setTimeout(120_000);

/** Connecting may take one second and the answer five, in every configuration that we ship. */
const PATIENCE_MS = 7_000;

describeGateways('a gateway without a broker', (scene) => {
  const permitted = { path: '/records/42' };

  it('lets nobody through while the broker is down, and everybody again afterwards', async () => {
    const { wire, dana } = scene();
    expect(await dana(permitted)).toMatchObject({ status: 200, reached: 1 });
    wire.refuse();
    try {
      for (let round = 0; round < 3; round += 1)
        expect(await dana(permitted)).toMatchObject({ status: 403, reached: 0 });
      const scan = { method: 'POST', path: '/records/42/scan', body: 'x'.repeat(20_000) };
      expect(await dana(scan)).toMatchObject({ status: 403, reached: 0 });
    } finally {
      wire.allow();
    }
    expect(await dana(permitted)).toMatchObject({ status: 200, reached: 1 });
  });

  it('denies in time when the broker does not answer', async () => {
    const { wire, dana } = scene();
    wire.swallowAnswers();
    try {
      const since = performance.now();
      const answers = await Promise.all(Array.from({ length: 5 }, () => dana(permitted)));
      for (const answer of answers) expect(answer).toMatchObject({ status: 403 });
      expect(answers.at(-1)?.reached).toBe(0);
      expect(performance.now() - since).toBeLessThan(PATIENCE_MS);
    } finally {
      wire.cut();
    }
    expect(await dana(permitted)).toMatchObject({ status: 200, reached: 1 });
  });
});
