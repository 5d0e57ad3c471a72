import { describe, expect, test } from '@jest/globals';
import { EntryTooLargeError, MAX_ENTRY_BYTES } from '@sallyport/audit';
import fc from 'fast-check';
import { UnavailableError } from '../../../platform/errors.js';
import { GroupCommit } from './group-commit.js';
import { unpackEntries } from './segment.js';

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
        fc.array(fc.constantFrom('works', 'takes late', 'fails', 'fails before it takes')),
        async (callers, fates) => {
          const log: string[] = [];
          let [writes, underWay] = [0, 0];
          const group = new GroupCommit(async (take) => {
            expect((underWay += 1)).toBeLessThanOrEqual(2);
            const fate = fates[writes++] ?? 'works';
            const early = fate === 'works' || fate === 'fails' ? take() : undefined;
            await new Promise((resolve) => setImmediate(resolve));
            underWay -= 1;
            if (fate.startsWith('fails')) throw new Error('lost');
            const group = early ?? take();
            const first = log.length;
            for (const entry of unpackEntries(group?.entries ?? Buffer.of(), 0, group?.count ?? 0))
              log.push(Buffer.from(entry).toString());
            return first;
          }, limits);
          const answers = callers.map(async ({ sizes, pause }, n) => {
            for (let turn = 0; turn < pause; turn += 1)
              await new Promise((resolve) => setImmediate(resolve));
            const names = sizes.map(
              (size, part) => `${String(n)}.${String(part)}.${'x'.repeat(size)}`,
            );
            const first = await group.add(names).catch(() => undefined);
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
    const group = new GroupCommit((take) => {
      groups.push(take()?.count ?? 0);
      return Promise.resolve(0);
    }, limits);
    const of = (count: number, bytes: number) =>
      group.add(Array.from({ length: count }, () => 'x'.repeat(bytes)));
    await Promise.all([of(5, 1), of(3, 1), of(1, 1), of(20, 1), of(1, 90), of(1, 20)]);
    expect(groups).toEqual([8, 1, 20, 1, 1]);
  });

  test('are written while another write is under way once they are as many', async () => {
    const groups: number[] = [];
    const ends: (() => void)[] = [];
    const group = new GroupCommit((take) => {
      groups.push(take()?.count ?? 0);
      return new Promise((resolve) => ends.push(() => resolve(0)));
    }, limits);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const answers = ['a', 'b'].map((entry) => group.add([entry]));
    await turn();
    answers.push(group.add(['c']));
    await turn();
    expect(groups).toEqual([2]);
    answers.push(group.add(['d']));
    await turn();
    expect(groups).toEqual([2, 2]);
    answers.push(...['e', 'f', 'g'].map((entry) => group.add([entry])));
    await turn();
    expect(groups).toEqual([2, 2]);
    ends.shift()?.();
    await turn();
    expect(groups).toEqual([2, 2, 3]);
    for (const end of ends) end();
    await Promise.all(answers);
    await group.idle();
  });

  test('are refused when they waited too long behind a slow write', async () => {
    const group = new GroupCommit(
      (take) => {
        take();
        return new Promise((resolve) => setTimeout(() => resolve(0), 60));
      },
      { ...limits, timeoutMs: 20 },
    );
    const first = group.add(['a', 'b']);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(group.add(['c'])).rejects.toBeInstanceOf(UnavailableError);
    await expect(first).resolves.toBe(0);
  });

  test('are refused at once beyond the bytes that may wait', async () => {
    const group = new GroupCommit((take) => {
      take();
      return Promise.resolve(0);
    }, limits);
    await expect(group.add(['x'.repeat(10_001)])).rejects.toBeInstanceOf(UnavailableError);
    await expect(group.add(['x'.repeat(10_000)])).resolves.toBe(0);
    await expect(group.add(['x'.repeat(10_000)])).resolves.toBe(0);
  });

  test('count as the bytes that they became, and give them back', async () => {
    const ends: (() => void)[] = [];
    const group = new GroupCommit((take) => {
      take();
      return new Promise((resolve) => ends.push(() => resolve(0)));
    }, limits);
    const first = group.add(['ü'.repeat(4_999)]);
    await expect(group.add(['x'])).rejects.toBeInstanceOf(UnavailableError);
    await new Promise((resolve) => setImmediate(resolve));
    ends.shift()?.();
    await expect(first).resolves.toBe(0);
    void group.add(['x'.repeat(10_000)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ends).toHaveLength(1);
  });

  test('are refused one by one where an entry alone is too large, in bytes', async () => {
    const group = new GroupCommit(
      (take) => {
        take();
        return Promise.resolve(0);
      },
      { ...limits, maxQueuedBytes: 1_000_000 },
    );
    const largest = 'ü'.repeat(Math.floor(MAX_ENTRY_BYTES / 2));
    await expect(group.add(['x', `${largest}üü`])).rejects.toBeInstanceOf(EntryTooLargeError);
    await expect(group.add([largest])).resolves.toBe(0);
  });
});
