import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SelectedEntries } from './selected-entries.js';

test('are given back as they were selected, however far apart', () => {
  const index = fc.oneof(fc.nat(300), fc.nat(100_000), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.uniqueArray(index, { maxLength: 400 }), (picks) => {
      const indexes = picks.sort((a, b) => a - b);
      const selected = new SelectedEntries();
      for (const one of indexes) selected.add(one);
      expect([...selected]).toEqual(indexes);
      expect(selected.count).toBe(indexes.length);
      expect(selected.first).toBe(indexes[0]);
      const follows = indexes.every((one, i) => one === (indexes[0] ?? 0) + i);
      expect(selected.isContiguous).toBe(follows);
    }),
  );
});

test('a range holds every index from its first to its end', () => {
  expect([...SelectedEntries.range(5, 9)]).toEqual([5, 6, 7, 8]);
  expect(SelectedEntries.range(5, 9)).toMatchObject({ count: 4, first: 5, isContiguous: true });
  expect([...SelectedEntries.range(3, 3)]).toEqual([]);
  expect(SelectedEntries.range(3, 3)).toMatchObject({ count: 0, isContiguous: true });
});

test('an index that does not ascend is refused', () => {
  const selected = new SelectedEntries();
  selected.add(5);
  expect(() => selected.add(5)).toThrow(RangeError);
});
