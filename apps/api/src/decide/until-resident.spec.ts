import { describe, expect, test } from '@jest/globals';
import { NotResident } from '@sallyport/policy';
import { untilResident } from './until-resident.js';

/** Work that lacks something `times` over, and says how often it was begun and something was brought. */
function lacking(times: number, bring: () => Promise<void> = () => Promise.resolve()) {
  const count = { begun: 0, brought: 0 };
  const work = () => {
    count.begun += 1;
    if (count.begun > times) return 'done';
    throw new NotResident(() => {
      count.brought += 1;
      return bring();
    });
  };
  return { count, work };
}

describe('work on facts that may not be in memory', () => {
  test('is done at once where they are', () => {
    const { count, work } = lacking(0);
    expect(untilResident(work)).toBe('done');
    expect(count).toEqual({ begun: 1, brought: 0 });
  });

  test.each([1, 3, 64])(
    'is begun anew each time that something was brought (%i)',
    async (times) => {
      const { count, work } = lacking(times);
      await expect(untilResident(work)).resolves.toBe('done');
      expect(count).toEqual({ begun: times + 1, brought: times });
    },
  );

  test('is given up where there is no end of it', async () => {
    const { count, work } = lacking(1_000);
    await expect(untilResident(work)).rejects.toBeInstanceOf(NotResident);
    expect(count.brought).toBe(64);
  });

  test('fails like the bringing does', async () => {
    const { work } = lacking(1, () => Promise.reject(new Error('no database')));
    await expect(untilResident(work)).rejects.toThrow('no database');
  });

  test('fails at once, or later, with an error of its own', async () => {
    const fail = () => {
      throw new RangeError('mine');
    };
    expect(() => untilResident(fail)).toThrow(RangeError);
    let isFirst = true;
    const late = () => {
      if (!isFirst) return fail();
      isFirst = false;
      throw new NotResident(() => Promise.resolve());
    };
    await expect(untilResident(late)).rejects.toThrow(RangeError);
  });
});
