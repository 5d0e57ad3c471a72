import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SteadyClock } from './clock.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 10, 22, 9);

/** A machine whose clocks the test moves. */
class Machine {
  wallMs = START_MS;
  elapsedMs = 7;
  trueMs = START_MS;
  readonly steps: number[] = [];

  clock(): SteadyClock {
    return new SteadyClock({
      wallMs: () => this.wallMs,
      elapsedMs: () => this.elapsedMs,
      stepped: (byMs) => this.steps.push(byMs),
    });
  }

  wait(ms: number): void {
    this.trueMs += ms;
    this.wallMs += ms;
    this.elapsedMs += ms;
  }

  /** Suspended, a machine's even clock may stand still; its wall clock is right again when it wakes. */
  sleep(ms: number): void {
    this.trueMs += ms;
    this.wallMs += ms;
  }

  step(ms: number): void {
    this.wallMs += ms;
  }
}

describe('the clock', () => {
  it('shows the machine’s time while nobody steps it', () => {
    const machine = new Machine();
    const clock = machine.clock();
    machine.wait(1_234);
    expect([clock.nowMs(), clock.aheadMs(), machine.steps]).toEqual([START_MS + 1_234, 0, []]);
  });

  it('goes on at its pace when the machine’s clock is set back', () => {
    const machine = new Machine();
    const clock = machine.clock();
    machine.step(-HOUR_MS);
    machine.wait(10_000);
    expect([clock.nowMs(), clock.aheadMs()]).toEqual([START_MS + 10_000, HOUR_MS]);
    expect(machine.steps).toEqual([-HOUR_MS]);
  });

  it('takes a step ahead at once, and says so', () => {
    const machine = new Machine();
    const clock = machine.clock();
    machine.step(HOUR_MS);
    expect([clock.nowMs(), clock.aheadMs()]).toEqual([START_MS + HOUR_MS, 0]);
    expect(machine.steps).toEqual([HOUR_MS]);
  });

  it('finds back to the true time by itself after a step ahead that was taken back', () => {
    const machine = new Machine();
    const clock = machine.clock();
    machine.step(HOUR_MS);
    clock.nowMs();
    machine.step(-HOUR_MS);
    expect([clock.nowMs(), clock.aheadMs()]).toEqual([START_MS + HOUR_MS, HOUR_MS]);
    machine.wait(HOUR_MS);
    expect(clock.aheadMs()).toBe(HOUR_MS / 2);
    machine.wait(HOUR_MS);
    expect([clock.nowMs(), clock.aheadMs()]).toEqual([machine.trueMs, 0]);
  });

  it('counts the time that the machine slept', () => {
    const machine = new Machine();
    const clock = machine.clock();
    machine.sleep(HOUR_MS);
    expect(clock.nowMs()).toBe(machine.trueMs);
  });

  it('starts no earlier than what the log has seen', () => {
    const machine = new Machine();
    const seenMs = START_MS + HOUR_MS;
    const clock = machine.clock();
    clock.startNoEarlierThan(seenMs);
    expect(clock.nowMs()).toBe(seenMs);
    machine.wait(60_000);
    clock.startNoEarlierThan(seenMs);
    expect([clock.nowMs(), clock.aheadMs()]).toEqual([seenMs + 60_000, HOUR_MS]);
  });

  it('never shows an earlier time than before, than the machine, or than the truth, whatever steps it', () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: HOUR_MS }) }),
      fc.record({ kind: fc.constant('sleep' as const), ms: fc.integer({ min: 0, max: HOUR_MS }) }),
      fc.record({
        kind: fc.constant('step' as const),
        ms: fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }),
      }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const machine = new Machine();
        const clock = machine.clock();
        let sleptMs = 0;
        let beforeMs = clock.nowMs();
        for (const { kind, ms } of events) {
          machine[kind](ms);
          if (kind === 'sleep') sleptMs += ms;
          const nowMs = clock.nowMs();
          expect(nowMs).toBeGreaterThanOrEqual(beforeMs);
          expect(nowMs).toBeGreaterThanOrEqual(machine.wallMs);
          expect(nowMs).toBeGreaterThanOrEqual(machine.trueMs - sleptMs);
          beforeMs = nowMs;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is never behind a truth that it slept through, once the machine’s clock has told it', () => {
    const machine = new Machine();
    const clock = machine.clock();
    machine.sleep(8 * HOUR_MS);
    clock.nowMs();
    machine.step(-HOUR_MS);
    for (let minute = 0; minute < 120; minute += 1) {
      machine.wait(60_000);
      expect(clock.nowMs()).toBe(machine.trueMs);
    }
  });
});
