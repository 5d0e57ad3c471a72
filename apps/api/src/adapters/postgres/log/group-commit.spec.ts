import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UnavailableError } from '../../../platform/errors.js';
import { GroupCommit } from './group-commit.js';

const limits = {
  maxBatchEntries: 8,
  maxBatchBytes: 100,
  maxQueuedEntries: 1_000,
  maxQueuedBytes: 10_000,
  timeoutMs: 1_000,
};

describe('callers that share a write', () => {
  test('each get the place of their own entries, however they come and whichever writes fail', async () => {
    const caller = fc.record({
      sizes: fc.array(fc.nat(40), { minLength: 1, maxLength: 10 }),
      pause: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(caller, { maxLength: 30 }),
        fc.array(fc.boolean()),
        async (callers, failing) => {
          const log: string[] = [];
          let [writes, underWay] = [0, 0];
          const group = new GroupCommit(async (entries) => {
            expect((underWay += 1)).toBe(1);
            const fails = failing[writes++] ?? false;
            await new Promise((resolve) => setImmediate(resolve));
            underWay -= 1;
            if (fails) throw new Error('lost');
            const first = log.length;
            log.push(...entries.map((entry) => Buffer.from(entry).toString()));
            return first;
          }, limits);
          const answers = callers.map(async ({ sizes, pause }, n) => {
            for (let turn = 0; turn < pause; turn += 1)
              await new Promise((resolve) => setImmediate(resolve));
            const names = sizes.map(
              (size, part) => `${String(n)}.${String(part)}.${'x'.repeat(size)}`,
            );
            const first = await group
              .add(names.map((name) => Buffer.from(name)))
              .catch(() => undefined);
            return { names, first };
          });
          const settled = await Promise.all(answers);
          await group.idle();
          const answered = settled.filter(({ first }) => first !== undefined);
          for (const { names, first = 0 } of answered) {
            expect(log.slice(first, first + names.length)).toEqual(names);
          }
          expect(answered.flatMap(({ names }) => names)).toHaveLength(log.length);
        },
      ),
    );
  });

  test('are bounded in entries and bytes; one caller alone is never split', async () => {
    const groups: number[] = [];
    const group = new GroupCommit((entries) => {
      groups.push(entries.length);
      return Promise.resolve(0);
    }, limits);
    const of = (count: number, bytes: number) =>
      group.add(Array.from({ length: count }, () => Buffer.alloc(bytes)));
    await Promise.all([of(5, 1), of(3, 1), of(1, 1), of(20, 1), of(1, 90), of(1, 20)]);
    expect(groups).toEqual([8, 1, 20, 1, 1]);
  });

  test('are refused when they waited too long behind a slow write', async () => {
    const group = new GroupCommit(
      () => new Promise((resolve) => setTimeout(() => resolve(0), 60)),
      { ...limits, timeoutMs: 20 },
    );
    const first = group.add([Buffer.from('a')]);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(group.add([Buffer.from('b')])).rejects.toBeInstanceOf(UnavailableError);
    await expect(first).resolves.toBe(0);
  });

  test('are refused at once beyond the bytes that may wait', async () => {
    const group = new GroupCommit(() => Promise.resolve(0), limits);
    await expect(group.add([Buffer.alloc(10_001)])).rejects.toBeInstanceOf(UnavailableError);
    await expect(group.add([Buffer.alloc(10_000)])).resolves.toBe(0);
    await expect(group.add([Buffer.alloc(10_000)])).resolves.toBe(0);
  });
});
