import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type BrokerProcess, ProcessSlot } from './process-slot.js';

/** A process that does what the test says. */
class FakeProcess implements BrokerProcess {
  readonly ready: Promise<void>;
  readonly exited: Promise<void>;
  readonly heard: string[] = [];
  serve!: () => void;
  fail!: (error: Error) => void;
  exit!: () => void;

  constructor(readonly pid: number) {
    this.ready = new Promise((resolve, reject) => {
      this.serve = resolve;
      this.fail = reject;
    });
    this.exited = new Promise((resolve) => {
      this.exit = resolve;
    });
    this.ready.catch(() => undefined);
  }

  stop(areThereOthers: boolean): void {
    this.heard.push(areThereOthers ? 'retire' : 'end');
  }

  kill(): void {
    this.heard.push('kill');
    this.exit();
  }
}

function slotOf(options: { readonly steadyMs?: number } = {}) {
  const spawned: FakeProcess[] = [];
  const faults: string[] = [];
  const gaveUp: string[] = [];
  const slot = new ProcessSlot<FakeProcess>({
    name: 'decide-1',
    spawn: () => {
      const process = new FakeProcess(spawned.length + 1);
      spawned.push(process);
      return process;
    },
    report: (event, { message }) => faults.push(`${event}: ${message}`),
    changed: () => undefined,
    gaveUp: ({ message }) => gaveUp.push(message),
    endMs: 50,
    firstRetryMs: 5,
    lastRetryMs: 20,
    giveUpMs: 200,
    ...options,
  });
  /** The `n`-th process, as soon as it was started. */
  const process = async (n: number): Promise<FakeProcess> => {
    for (let tries = 0; tries < 400; tries += 1) {
      const found = spawned[n - 1];
      if (found) return found;
      await sleep(5);
    }
    throw new Error(`process ${n} was never started`);
  };
  const started = async (): Promise<FakeProcess> => {
    const start = slot.start();
    const first = await process(1);
    first.serve();
    await start;
    return first;
  };
  return { slot, spawned, faults, gaveUp, process, started };
}

describe('a slot that keeps one process', () => {
  test('does not start when its first process cannot', async () => {
    const { slot, process, spawned } = slotOf();
    const start = slot.start();
    const first = await process(1);
    first.fail(new Error('the port is taken'));
    await expect(start).rejects.toThrow('the port is taken');
    await sleep(30);
    expect([spawned.length, first.heard]).toEqual([1, ['kill']]);
  });

  test('replaces a process that died, and goes on trying while it does not start', async () => {
    const { slot, process, started, faults } = slotOf();
    (await started()).exit();
    (await process(2)).fail(new Error('no database'));
    (await process(3)).fail(new Error('no database'));
    const fourth = await process(4);
    fourth.serve();
    await sleep(5);
    expect(slot.process).toBe(fourth);
    expect(faults).toEqual([
      'process-died: decide-1 (process 1) ended by itself',
      'process-not-started: decide-1 does not start: no database',
      'process-not-started: decide-1 does not start: no database',
    ]);
  });

  test('gives up, and says so, when it could not be started for too long', async () => {
    const { slot, spawned, started, gaveUp } = slotOf();
    (await started()).exit();
    for (let tries = 0; tries < 200 && gaveUp.length === 0; tries += 1) {
      spawned.at(-1)?.fail(new Error('no memory'));
      await sleep(5);
    }
    expect(gaveUp).toEqual(['decide-1 does not start: no memory']);
    const tried = spawned.length;
    await sleep(50);
    expect([spawned.length, slot.process]).toEqual([tried, undefined]);
  });

  test('waits longer each time that a process dies young', async () => {
    const { spawned, process, started } = slotOf({ steadyMs: 10_000 });
    (await started()).exit();
    const atMs: number[] = [];
    for (let n = 2; n <= 6; n += 1) {
      const next = await process(n);
      atMs.push(performance.now());
      next.serve();
      await sleep(1);
      next.exit();
    }
    expect((atMs[4] ?? 0) - (atMs[0] ?? 0)).toBeGreaterThanOrEqual(5 + 10 + 20);
    expect(spawned.length).toBeLessThanOrEqual(7);
  });

  test('exchanges its process for one that serves already', async () => {
    const { slot, process, started } = slotOf();
    const first = await started();
    const replaced = slot.replace();
    const second = await process(2);
    await sleep(10);
    expect([slot.process, first.heard]).toEqual([first, []]);
    second.serve();
    await sleep(10);
    expect([slot.process, first.heard]).toEqual([second, ['retire']]);
    first.exit();
    await replaced;
  });

  test('keeps its process when the fresh one does not start', async () => {
    const { slot, process, started } = slotOf();
    const first = await started();
    const replaced = slot.replace();
    (await process(2)).fail(new Error('bad build'));
    await expect(replaced).rejects.toThrow('bad build');
    expect([slot.process, first.heard]).toEqual([first, []]);
  });

  test('has a process in the end when the old one dies while the fresh one does not start', async () => {
    const { slot, process, started } = slotOf();
    const first = await started();
    const replaced = slot.replace();
    const second = await process(2);
    first.exit();
    await sleep(5);
    second.fail(new Error('bad build'));
    await expect(replaced).rejects.toThrow('bad build');
    const third = await process(3);
    third.serve();
    await sleep(5);
    expect(slot.process).toBe(third);
  });

  test('ends its process, kills it when that takes too long, and starts no other', async () => {
    const { slot, spawned, started } = slotOf();
    const first = await started();
    await slot.stop();
    await sleep(50);
    expect([first.heard, spawned.length]).toEqual([['end', 'kill'], 1]);
  });

  test('leaves no process behind when it is stopped in the middle of a start', async () => {
    const { slot, spawned, process, started } = slotOf();
    (await started()).exit();
    const second = await process(2);
    const stopped = slot.stop();
    second.exit();
    second.fail(new Error('it ended'));
    await stopped;
    await sleep(50);
    expect([second.heard[0], spawned.length]).toEqual(['end', 2]);
  });
});
