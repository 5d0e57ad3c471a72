/** @jest-environment jsdom */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Plot } from '../bench/support/contract.js';
import { cpuMicros, parseProcess, residentBytes } from '../bench/support/processes.mjs';
import { interleave } from '../bench/support/rounds.mjs';
import {
  histogramOf,
  median,
  medianRatio,
  percentile,
  rounded,
} from '../bench/support/statistics.mjs';
import { parseProcessors, stolenNote, stolenShare } from '../bench/support/stolen-time.mjs';
import { svgOf } from '../bench/support/svg.mjs';
import { markdownTable, textTable, verdictOf } from '../bench/support/table.mjs';
import { parseWrk } from '../bench/support/wrk.mjs';

const numbers = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 50,
});

describe('the statistics of the bench', () => {
  it('take percentiles by nearest rank and medians from the middle, in any order of the values', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect([0, 0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 99, 100]);
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('compare round by round, so that a slow round counts for neither side', () => {
    expect(medianRatio([10, 1, 20], [20, 2, 40])).toBe(0.5);
    expect(() => medianRatio([1], [1, 2])).toThrow('1 rounds against 2');
  });

  it('count each value once in a histogram, the largest and what lies beyond in the last bin', () => {
    expect(histogramOf([0, 4, 10, 99], { bins: 2, max: 10 })).toEqual([
      { from: 0, to: 5, count: 2 },
      { from: 5, to: 10, count: 2 },
    ]);
    fc.assert(
      fc.property(numbers, (values) => {
        const counted = histogramOf(values, { bins: 7, max: 1_000 });
        expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      }),
    );
  });

  it('round to what was measured', () => {
    expect([1234.567, 12.3456, 0.00123456, NaN].map((value) => rounded(value))).toEqual([
      1235,
      12.3,
      0.00123,
      null,
    ]);
  });
});

describe('a run of the bench', () => {
  it('takes the subjects in turn', async () => {
    const order: string[] = [];
    const subject = (name: string) => async (round: number) => {
      order.push(name);
      return round;
    };
    expect(await interleave(2, { a: subject('a'), b: subject('b') })).toEqual({
      a: [0, 1],
      b: [0, 1],
    });
    expect(order).toEqual(['a', 'b', 'a', 'b']);
  });

  it('reads what the script of wrk prints, and takes nothing for a measurement', () => {
    const printed =
      'Running 2s test\n\nmeasured {"requests":3000,"micros":2000000,"bytes":9,"failed":{"status":1},"latencyMicros":{"p50":1500,"p99":2500}}\n';
    expect(parseWrk(printed)).toEqual({
      requests: 3_000,
      seconds: 2,
      perSecond: 1_500,
      failed: { status: 1 },
      latencyMs: { p50: 1.5, p99: 2.5 },
    });
    expect(() => parseWrk('unable to connect')).toThrow('unable to connect');
  });

  it('reads a process whose name holds spaces and parentheses', () => {
    const stat = '42 (a (b) c) S 7 42 42 0 -1 4194304 100 0 0 0 11 22 3 4 20 0 1 0 100 1000 10';
    expect(parseProcess(stat, 'Name:\ta\nVmRSS:\t    1234 kB\n')).toEqual({
      pid: 42,
      parent: 7,
      ticks: 40,
      residentKib: 1_234,
    });
  });

  it('says what share of the time the host kept, and nothing where that is not known', () => {
    const stat = (user: number, stolen: number) =>
      parseProcessors(`cpu  ${user} 10 20 9999 99 3 7 ${stolen} 55 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n`);
    expect(stat(100, 5)).toEqual({ worked: 140, stolen: 5 });
    expect(stolenShare(stat(100, 5), stat(160, 25))).toBe(0.25);
    expect(stolenShare(stat(100, 5), stat(100, 5))).toBe(0);
    expect(stolenShare(undefined, stat(100, 5))).toBeUndefined();
    expect(stolenNote(0.25)).toEqual([
      "The machine's host kept 25 % of the processor time that was wanted meanwhile.",
    ]);
    expect([stolenNote(0.004), stolenNote(undefined)]).toEqual([[], []]);
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('knows the CPU time and the memory of a process that runs', () => {
    const before = cpuMicros(process.pid);
    for (const until = performance.now() + 100; performance.now() < until;) median([2, 1]);
    expect(cpuMicros(process.pid)).toBeGreaterThan(before);
    expect(residentBytes(process.pid)).toBeGreaterThan(1_048_576);
  });
});

describe('the report of the bench', () => {
  const rows = [
    { what: 'a|b', 'requests/s': 12_345.678, 'p99 ms': null },
    { what: 'c', 'requests/s': 0.012_34, 'p99 ms': 2 },
  ];

  it('lines numbers up and says what was not measured', () => {
    expect(textTable(rows).split('\n')).toEqual([
      'what  requests/s  p99 ms',
      '────  ──────────  ──────',
      'a|b       12,346       –',
      'c         0.0123       2',
    ]);
    expect(markdownTable(rows)).toContain('| a\\|b | 12,346 | – |');
  });

  it('says which promise was kept; what was not measured keeps none', () => {
    expect(verdictOf({ value: NaN, unit: '×', atMost: 5 })).toBe('– × (goal: at most 5): MISSED');
    expect(verdictOf({ value: 0.61, unit: '×', atLeast: 0.55 })).toBe(
      '0.61 × (goal: at least 0.55): met',
    );
    expect(verdictOf({ value: 6, unit: '×', atMost: 5 })).toBe('6 × (goal: at most 5): MISSED');
  });

  it.each<Plot>([
    {
      kind: 'bars',
      id: 'a',
      title: 'A < B',
      xLabel: '',
      yLabel: 'y',
      bars: [{ label: 'one', value: 2 }],
    },
    {
      kind: 'lines',
      id: 'b',
      title: 'A < B',
      xLabel: 'x',
      yLabel: 'y',
      logX: true,
      lines: [
        {
          label: 'one',
          points: [
            [1_000, 5],
            [10_000, 4],
          ],
        },
      ],
    },
    {
      kind: 'histogram',
      id: 'c',
      title: 'A < B',
      xLabel: 'x',
      yLabel: 'y',
      bins: histogramOf([1, 2, 3], { bins: 3 }),
      marks: [{ label: 'p99', x: 2 }],
    },
  ])('draws $kind as well-formed SVG without a number that is none', (plot) => {
    const svg = new DOMParser().parseFromString(svgOf(plot), 'image/svg+xml');
    expect(svg.querySelector('parsererror')).toBeNull();
    expect(svg.querySelector('title')?.textContent).toBe('A < B');
    expect(svgOf(plot)).not.toMatch(/NaN|Infinity|undefined/);
  });
});
