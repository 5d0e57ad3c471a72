import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Histogram, type Metric, Registry } from 'prom-client';
import { RequestDurations } from './request-durations.js';

const observation = fc.record({
  route: fc.constantFrom('/access/v1/evaluation', '/livez', 'none'),
  method: fc.constantFrom('GET', 'POST'),
  status: fc.constantFrom(200, 204, 404, 503),
  seconds: fc.oneof(fc.constantFrom(0, 0.0005, 5, 6), fc.double({ min: 0, max: 10, noNaN: true })),
});

test('tells Prometheus what its own histogram would', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(observation), async (observations) => {
      const durations = new RequestDurations();
      const ours = new Registry();
      ours.registerMetric(durations as unknown as Metric);
      const theirs = new Registry();
      const histogram = new Histogram({
        name: durations.name,
        help: durations.help,
        labelNames: ['route', 'method', 'status'],
        buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
        registers: [theirs],
      });
      for (const { route, method, status, seconds } of observations) {
        durations.observe(route, method, status, seconds);
        histogram.observe({ route, method, status: `${String(status).charAt(0)}xx` }, seconds);
      }
      expect(lines(await ours.metrics())).toEqual(lines(await theirs.metrics()));
    }),
    { numRuns: 50 },
  );
});

function lines(text: string): string[] {
  return text.split('\n').sort();
}
