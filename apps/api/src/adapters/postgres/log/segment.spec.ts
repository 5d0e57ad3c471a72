import { describe, expect, test } from '@jest/globals';
import { encodeEntryBundle } from '@sallyport/audit';
import fc from 'fast-check';
import { bundleOf, SegmentError, storedForm, unpackEntries, unpackIntact } from './segment.js';

// From a few bytes, which are kept as they are, to tens of thousands; alike, as entries are, and not.
const entries = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.nat(99).map((n) => new Uint8Array(Buffer.from(`{"n":${n},${'"same":"text",'.repeat(20)}}`))),
  ),
  { minLength: 1, maxLength: 200 },
);
const large = encodeEntryBundle(
  Array.from({ length: 100 }, (_, n) => Buffer.from(`entry ${n} `.repeat(20))),
);

describe('a segment as it is stored', () => {
  test('holds its entries byte for byte, whatever they are', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const stored = storedForm(encodeEntryBundle(all));
        const read = unpackEntries(bundleOf(stored), 0, all.length);
        expect(read.map((entry) => [...entry])).toEqual(all.map((entry) => [...entry]));
      }),
    );
  });

  test('is a tenth of its entries where these resemble each other', () => {
    const { packed, unpacked_bytes } = storedForm(large);
    expect(unpacked_bytes).toBe(large.length);
    expect(packed.length).toBeLessThan(large.length / 10);
  });

  test('with few bytes is the bundle itself', () => {
    const bundle = encodeEntryBundle([Buffer.alloc(4_000)]);
    expect(storedForm(bundle)).toEqual({ packed: bundle, unpacked_bytes: null });
  });

  test.each([
    ['cut short', (packed: Uint8Array) => packed.subarray(0, -1)],
    ['empty', () => Buffer.of()],
    ['not compressed at all', () => large],
  ])('and then %s is damage, and nothing of it intact', (_, damage) => {
    const { packed, unpacked_bytes } = storedForm(large);
    const damaged = { packed: damage(packed), unpacked_bytes };
    expect(() => bundleOf(damaged)).toThrow(SegmentError);
    expect(unpackIntact(damaged, 100)).toEqual([]);
  });

  test.each([1, -1])(
    'of another length, by %i, is damage: no more is read than was written',
    (by) => {
      const { packed, unpacked_bytes } = storedForm(large);
      const damaged = { packed, unpacked_bytes: (unpacked_bytes ?? 0) + by };
      expect(() => bundleOf(damaged)).toThrow(SegmentError);
    },
  );
});
