import { describe, expect, test } from '@jest/globals';
import { mergeExpositions } from './merge-expositions.js';

const of = (count: number) => `# HELP asked_total Questions, {asked} so far.
# TYPE asked_total counter
asked_total ${count}

# HELP seconds How long.
# TYPE seconds histogram
seconds_bucket{le="0.5",route="/a b"} ${count}
seconds_bucket{le="+Inf",route="/a b"} ${count}
seconds_sum{route="/a b"} 0.25
`;

describe('the metrics of several processes', () => {
  test('are one exposition: each metric described once, each sample naming its process', () => {
    const merged = mergeExpositions([
      { process: 'decide-1', text: of(1) },
      { process: 'decide-2', text: `${of(2)}# HELP only Here.\n# TYPE only gauge\nonly 5\n` },
    ]);
    expect(merged).toBe(`# HELP asked_total Questions, {asked} so far.
# TYPE asked_total counter
asked_total{process="decide-1"} 1
asked_total{process="decide-2"} 2
# HELP seconds How long.
# TYPE seconds histogram
seconds_bucket{process="decide-1",le="0.5",route="/a b"} 1
seconds_bucket{process="decide-1",le="+Inf",route="/a b"} 1
seconds_sum{process="decide-1",route="/a b"} 0.25
seconds_bucket{process="decide-2",le="0.5",route="/a b"} 2
seconds_bucket{process="decide-2",le="+Inf",route="/a b"} 2
seconds_sum{process="decide-2",route="/a b"} 0.25
# HELP only Here.
# TYPE only gauge
only{process="decide-2"} 5
`);
  });

  test('are nothing where nobody tells any', () => {
    expect(mergeExpositions([])).toBe('');
  });
});
