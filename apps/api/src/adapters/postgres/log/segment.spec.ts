import { expect, test } from '@jest/globals';
import { CompactRange, encodeEntryBundle, leafHash, merkleRoot } from '@sallyport/audit';
import fc from 'fast-check';
import { extend, SegmentError, unpackEntries } from './segment.js';

const entries = fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1, maxLength: 20 });

test('segments one after another hold what was appended, and their root is the root over all of it', () => {
  fc.assert(
    fc.property(fc.array(entries, { minLength: 1, maxLength: 5 }), (groups) => {
      let range = CompactRange.empty();
      const read: Uint8Array[] = [];
      for (const group of groups) {
        const { after, segment } = extend(range, group);
        expect(segment).toMatchObject({
          firstIndex: range.size,
          count: group.length,
          treeSize: after.size,
        });
        read.push(...unpackEntries(segment.entries, 0, segment.count));
        expect(hex(segment.leafHashes)).toBe(group.map((entry) => hex(leafHash(entry))).join(''));
        expect(hex(segment.root)).toBe(
          hex(merkleRoot(groups.flat().slice(0, after.size).map(leafHash))),
        );
        range = after;
      }
      expect(read.map(hex)).toEqual(groups.flat().map(hex));
    }),
  );
});

test('the stored form is that of an entry bundle, and any part of it can be read', () => {
  fc.assert(
    fc.property(entries, fc.nat(19), fc.nat(19), (group, a, b) => {
      const { segment } = extend(CompactRange.empty(), group);
      expect(hex(segment.entries)).toBe(hex(encodeEntryBundle(group)));
      const [from, to] = [Math.min(a, b, group.length), Math.min(Math.max(a, b), group.length)];
      expect(unpackEntries(segment.entries, from, to).map(hex)).toEqual(
        group.slice(from, to).map(hex),
      );
    }),
  );
});

test('a segment that was cut short is refused', () => {
  const { segment } = extend(CompactRange.empty(), [Buffer.from('one'), Buffer.from('two')]);
  for (let length = 0; length < segment.entries.length; length += 1) {
    expect(() => unpackEntries(segment.entries.subarray(0, length), 0, 2)).toThrow(SegmentError);
  }
});

test('an entry too long for its length is refused, not cut', () => {
  expect(() => extend(CompactRange.empty(), [new Uint8Array(65_536)])).toThrow('out of range');
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
