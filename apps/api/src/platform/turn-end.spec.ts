import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { atTurnEnd, resultAtTurnEnd } from './turn-end.js';
import { turn } from './turn.js';

const nothingLeft = async (): Promise<void> => {
  for (let n = 0; n < 4; n += 1) await turn();
};

describe('the end of a turn', () => {
  test('nothing is done at once', async () => {
    const done: string[] = [];
    atTurnEnd(() => done.push('later'));
    expect(done).toEqual([]);
    await nothingLeft();
    expect(done).toEqual(['later']);
  });

  test('what came together passes each stage together, in its order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 20 }), async (all) => {
        const passed: (readonly [stage: number, request: number])[] = [];
        const pass = (stage: number, request: number, stages: number): void => {
          passed.push([stage, request]);
          if (stage < stages) atTurnEnd(() => pass(stage + 1, request, stages));
        };
        for (const [request, stages] of all.entries()) atTurnEnd(() => pass(1, request, stages));
        await nothingLeft();
        expect(passed).toEqual(passed.toSorted(([a, x], [b, y]) => a - b || x - y));
        expect(passed).toHaveLength(all.reduce((sum, stages) => sum + stages, 0));
      }),
    );
  });

  test('what takes long lets timers and sockets in between', async () => {
    const done: string[] = [];
    const busy = (name: string, ms: number) => (): void => {
      for (const end = performance.now() + ms; performance.now() < end;);
      done.push(name);
    };
    atTurnEnd(() => {
      setTimeout(() => done.push('timer'), 1);
      busy('first', 10)();
    });
    atTurnEnd(busy('second', 1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(done).toEqual(['first', 'timer', 'second']);
  });

  test('a result is handed on, and so is a failure, which stops nobody else', async () => {
    const failing = resultAtTurnEnd(() => {
      throw new Error('no');
    });
    const late = resultAtTurnEnd(() => Promise.resolve('late'));
    const good = resultAtTurnEnd(() => 'good');
    await expect(failing).rejects.toThrow('no');
    expect(await Promise.all([late, good])).toEqual(['late', 'good']);
  });
});
