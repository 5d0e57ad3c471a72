import { expect, test } from '@jest/globals';
import { encodeEntryBundle, EntryTooLargeError, leafHash } from '@sallyport/audit';
import fc from 'fast-check';
import { OpenSegment } from './open-segment.js';
import { SegmentError, unpackEntries } from './segment.js';

const entries = fc.array(fc.string({ unit: 'grapheme', maxLength: 50 }), {
  minLength: 1,
  maxLength: 20,
});

test('segments one after another in one memory hold what was appended', () => {
  fc.assert(
    fc.property(fc.array(entries, { minLength: 1, maxLength: 5 }), (groups) => {
      const segment = new OpenSegment();
      const read: string[] = [];
      for (const group of groups) {
        segment.clear();
        for (const entry of group) segment.add(entry);
        expect(segment.count).toBe(group.length);
        read.push(...unpackEntries(segment.entries, 0, segment.count).map(text));
        expect(hex(segment.leafHashes)).toBe(hashesOf(group));
      }
      expect(read).toEqual(groups.flat());
    }),
  );
});

test('a segment grows beyond the memory that it began with', () => {
  const large = Array.from({ length: 300 }, (_, n) => `${n}`.padEnd(1_000, '€'));
  const segment = OpenSegment.of(large);
  expect(unpackEntries(segment.entries, 0, 300).map(text)).toEqual(large);
  expect(hex(segment.leafHashes)).toBe(hashesOf(large));
});

test('the stored form is that of an entry bundle, and any part of it can be read', () => {
  fc.assert(
    fc.property(entries, fc.nat(19), fc.nat(19), (group, a, b) => {
      const segment = OpenSegment.of(group);
      expect(hex(segment.entries)).toBe(hex(encodeEntryBundle(group.map(bytesOf))));
      const [from, to] = [Math.min(a, b, group.length), Math.min(Math.max(a, b), group.length)];
      expect(unpackEntries(segment.entries, from, to).map(text)).toEqual(group.slice(from, to));
    }),
  );
});

test('a segment that was cut short is refused', () => {
  const { entries: stored } = OpenSegment.of(['one', 'two']);
  for (let length = 0; length < stored.length; length += 1) {
    expect(() => unpackEntries(stored.subarray(0, length), 0, 2)).toThrow(SegmentError);
  }
});

test('an entry too long for its length is refused and leaves no trace', () => {
  const segment = OpenSegment.of(['one']);
  for (const large of ['x'.repeat(65_536), 'ü'.repeat(32_768), '€'.repeat(65_535)]) {
    expect(() => segment.add(large)).toThrow(EntryTooLargeError);
  }
  const longest = '€'.repeat(21_845);
  segment.add(longest);
  expect(unpackEntries(segment.entries, 0, 2).map(text)).toEqual(['one', longest]);
  expect(hex(segment.leafHashes)).toBe(hashesOf(['one', longest]));
});

function bytesOf(entry: string): Uint8Array {
  return new TextEncoder().encode(entry);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function hashesOf(group: readonly string[]): string {
  return group.map((entry) => hex(leafHash(bytesOf(entry)))).join('');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
