import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesToHex } from '@noble/hashes/utils.js';
import { MemoryLog, referenceRoot } from '../test/memory-log.js';
import { CompactRange } from './compact-range.js';
import { emptyRoot, leafHash, merkleRoot, nodeHash } from './merkle.js';

const log = MemoryLog.ofSize(300);

describe('tree hashing', () => {
  it('gives the root of RFC 9162 for every size up to 300', () => {
    for (let size = 0; size <= 300; size += 1) {
      const expected = bytesToHex(referenceRoot(log.entries.slice(0, size)));
      expect(bytesToHex(merkleRoot(log.entries.slice(0, size).map(leafHash)))).toBe(expected);
    }
  });

  it('has the SHA-256 of nothing as the root of the empty tree', () => {
    expect(bytesToHex(emptyRoot())).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it('refuses to join anything but 32-byte hashes, whichever side is wrong', () => {
    const hash = new Uint8Array(32);
    for (const wrong of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(33)]) {
      expect(() => nodeHash(wrong, hash)).toThrow(RangeError);
      expect(() => nodeHash(hash, wrong)).toThrow(RangeError);
      expect(() => merkleRoot([wrong])).toThrow(RangeError);
    }
  });
});

describe('CompactRange', () => {
  it('has the root of the whole tree after every single append', () => {
    let range = CompactRange.empty();
    for (let size = 0; size <= 300; size += 1) {
      expect(range.size).toBe(size);
      expect(bytesToHex(range.root())).toBe(bytesToHex(merkleRoot(log.leaves(size))));
      if (size < 300) range = range.append(log.leaf(size));
    }
  });

  it('comes to the same root however the appends are grouped and stored in between', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 }), { maxLength: 7 }), (groups) => {
        let range = CompactRange.empty();
        for (const count of groups) {
          const leaves = log.leaves(range.size + count).slice(range.size);
          range = CompactRange.fromBytes(range.size, range.toBytes()).appendMany(leaves);
        }
        expect(bytesToHex(range.root())).toBe(bytesToHex(merkleRoot(log.leaves(range.size))));
      }),
    );
  });

  it('leaves the earlier value untouched, so that a failed append can be forgotten', () => {
    const before = CompactRange.empty().appendMany(log.leaves(7));
    const [root, bytes] = [bytesToHex(before.root()), bytesToHex(before.toBytes())];
    before.appendMany(log.leaves(9));
    expect([before.size, bytesToHex(before.root()), bytesToHex(before.toBytes())]).toEqual([
      7,
      root,
      bytes,
    ]);
  });

  it('stores one root per one bit of the size, also beyond 32 bits', () => {
    const size = 2 ** 40 + 2 ** 33 + 1;
    const range = CompactRange.fromBytes(size, new Uint8Array(3 * 32).fill(7));
    expect(range.append(log.leaf(0)).toBytes().length).toBe(3 * 32);
    expect(range.append(log.leaf(0)).size).toBe(size + 1);
  });

  it('refuses bytes that do not belong to the size, sizes that are none and hashes that are none', () => {
    const bytes = CompactRange.empty().appendMany(log.leaves(7)).toBytes();
    for (const size of [0, 3, 6, 8, -7, 7.5, Number.NaN, 2 ** 53]) {
      expect(() => CompactRange.fromBytes(size, bytes)).toThrow(RangeError);
    }
    expect(() => CompactRange.empty().append(new Uint8Array(31))).toThrow(RangeError);
    const full = CompactRange.fromBytes(2 ** 53 - 1, new Uint8Array(53 * 32));
    expect(() => full.append(log.leaf(0))).toThrow(RangeError);
  });
});
