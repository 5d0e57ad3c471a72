import { expect, test } from '@jest/globals';
import { encodeEntryBundle, EntryTooLargeError, leafHash } from '@sallyport/audit';
import fc from 'fast-check';
import { OpenSegment } from './open-segment.js';
import { SegmentError, unpackEntries } from './segment.js';

const entries = fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1, maxLength: 20 });

test('segments one after another in one memory hold what was appended', () => {
  fc.assert(
    fc.property(fc.array(entries, { minLength: 1, maxLength: 5 }), (groups) => {
      const segment = new OpenSegment();
      const read: string[] = [];
      for (const group of groups) {
        segment.clear();
        for (const entry of group) segment.add(entry);
        expect(segment.count).toBe(group.length);
        read.push(...unpackEntries(segment.entries, 0, segment.count).map(hex));
        expect(hex(segment.leafHashes)).toBe(group.map((entry) => hex(leafHash(entry))).join(''));
      }
      expect(read).toEqual(groups.flat().map(hex));
    }),
  );
});

test('a segment grows beyond the memory that it began with', () => {
  const large = Array.from({ length: 300 }, (_, n) => Buffer.alloc(1_000, n));
  const segment = OpenSegment.of(large);
  expect(unpackEntries(segment.entries, 0, 300).map(hex)).toEqual(large.map(hex));
  expect(hex(segment.leafHashes)).toBe(large.map((entry) => hex(leafHash(entry))).join(''));
});

test('the stored form is that of an entry bundle, and any part of it can be read', () => {
  fc.assert(
    fc.property(entries, fc.nat(19), fc.nat(19), (group, a, b) => {
      const segment = OpenSegment.of(group);
      expect(hex(segment.entries)).toBe(hex(encodeEntryBundle(group)));
      const [from, to] = [Math.min(a, b, group.length), Math.min(Math.max(a, b), group.length)];
      expect(unpackEntries(segment.entries, from, to).map(hex)).toEqual(
        group.slice(from, to).map(hex),
      );
    }),
  );
});

test('a segment that was cut short is refused', () => {
  const { entries: stored } = OpenSegment.of([Buffer.from('one'), Buffer.from('two')]);
  for (let length = 0; length < stored.length; length += 1) {
    expect(() => unpackEntries(stored.subarray(0, length), 0, 2)).toThrow(SegmentError);
  }
});

test('an entry too long for its length is refused and leaves no trace', () => {
  const segment = OpenSegment.of([Buffer.from('one')]);
  expect(() => segment.add(new Uint8Array(65_536))).toThrow(EntryTooLargeError);
  segment.add(new Uint8Array(65_535));
  expect(unpackEntries(segment.entries, 0, 2).map(({ length }) => length)).toEqual([3, 65_535]);
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
