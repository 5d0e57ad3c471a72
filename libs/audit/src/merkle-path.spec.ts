import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, flipBit, MemoryLog } from '../test/memory-log.js';
import { merkleRoot } from './merkle.js';
import { consistencyNodes, consistencyPath, inclusionNodes, inclusionPath } from './merkle-path.js';
import { verifyConsistency, verifyInclusion } from './merkle-verify.js';

const MAX = 300;
const log = MemoryLog.ofSize(MAX);
const roots = Array.from({ length: MAX + 1 }, (_, size) => merkleRoot(log.leaves(size)));

const inclusion = (leafIndex: number, treeSize: number) => ({
  leafIndex,
  treeSize,
  leafHash: log.leaf(leafIndex),
  proof: inclusionPath(leafIndex, treeSize, log.hashAt),
  root: at(roots, treeSize),
});
const consistency = (size1: number, size2: number) => ({
  size1,
  size2,
  root1: at(roots, size1),
  root2: at(roots, size2),
  proof: consistencyPath(size1, size2, log.hashAt),
});
const size = fc.integer({ min: 1, max: MAX });
const sizes = fc.tuple(size, size).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const bit = fc.integer({ min: 0, max: 255 });

/** Every way to spoil a proof without touching the rest: each hash changed, dropped, doubled, or something added. */
function spoiled(proof: readonly Uint8Array[], flipped: number): Uint8Array[][] {
  const each = proof.flatMap((hash, i) => [
    proof.with(i, flipBit(hash, flipped)),
    proof.with(i, hash.subarray(1)),
    proof.toSpliced(i, 1),
    proof.toSpliced(i, 0, hash),
  ]);
  const extra = log.leaf(0);
  return [...each, [...proof, extra], [extra, ...proof], [...proof, new Uint8Array(0)]];
}

describe('inclusion proofs', () => {
  it('verify for every entry of every tree up to 300 entries', () => {
    const failed: string[] = [];
    for (let n = 1; n <= MAX; n += 1) {
      for (let i = 0; i < n; i += 1)
        if (!verifyInclusion(inclusion(i, n))) failed.push(`${String(i)}/${String(n)}`);
    }
    expect(failed).toEqual([]);
  });

  it('fail when a single bit of leaf, root or any proof hash changes, or a hash is dropped or added', () => {
    fc.assert(
      fc.property(sizes, bit, ([n1, n], flipped) => {
        const claim = inclusion(n1 - 1, n);
        expect(verifyInclusion({ ...claim, leafHash: flipBit(claim.leafHash, flipped) })).toBe(
          false,
        );
        expect(verifyInclusion({ ...claim, root: flipBit(claim.root, flipped) })).toBe(false);
        for (const proof of spoiled(claim.proof, flipped)) {
          expect(verifyInclusion({ ...claim, proof })).toBe(false);
        }
      }),
    );
  });

  it('fail for every other index of the same tree', () => {
    fc.assert(
      fc.property(sizes, ([n1, n]) => {
        const claim = inclusion(n1 - 1, n);
        for (let leafIndex = 0; leafIndex < n; leafIndex += 1) {
          expect(verifyInclusion({ ...claim, leafIndex })).toBe(leafIndex === claim.leafIndex);
        }
      }),
    );
  });

  it('fail for a smaller tree than they were made for, although the hashes lead to the root', () => {
    const proof = [log.leaf(0)];
    const claim = { leafIndex: 0, treeSize: 1, leafHash: log.leaf(1), proof, root: at(roots, 2) };
    expect(verifyInclusion({ ...claim, leafIndex: 1, treeSize: 2 })).toBe(true);
    expect(verifyInclusion(claim)).toBe(false);
  });

  it('are false, never an exception, for indexes and sizes that are none', () => {
    const claim = inclusion(2, 5);
    for (const wrong of [-1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(verifyInclusion({ ...claim, leafIndex: wrong })).toBe(false);
      expect(verifyInclusion({ ...claim, treeSize: wrong })).toBe(false);
    }
    expect(verifyInclusion({ ...claim, leafIndex: 5 })).toBe(false);
  });

  it('can not be asked for an entry that the tree does not have', () => {
    for (const [index, n] of [
      [0, 0],
      [5, 5],
      [-1, 5],
      [0.5, 5],
      [0, 2 ** 53],
    ] as const) {
      expect(() => inclusionNodes(index, n)).toThrow(RangeError);
    }
  });

  it('name perfect subtrees inside the tree, right up to the largest safe size', () => {
    const n = 2 ** 53 - 1;
    for (const index of [0, 1, 2 ** 31, 2 ** 32 + 1, 2 ** 52, n - 1]) {
      for (const node of inclusionNodes(index, n).flat()) {
        expect(Number.isSafeInteger(node.index)).toBe(true);
        expect((node.index + 1) * 2 ** node.level).toBeLessThanOrEqual(n);
      }
    }
  });
});

describe('consistency proofs', () => {
  it('verify between any two sizes up to 300', () => {
    const failed: string[] = [];
    for (let n = 1; n <= MAX; n += 1) {
      for (let m = 1; m <= n; m += 1)
        if (!verifyConsistency(consistency(m, n))) failed.push(`${String(m)}/${String(n)}`);
    }
    expect(failed).toEqual([]);
  });

  it('fail when a single bit of either root or any proof hash changes, or a hash is dropped or added', () => {
    fc.assert(
      fc.property(sizes, bit, ([m, n], flipped) => {
        const claim = consistency(m, n);
        expect(verifyConsistency({ ...claim, root1: flipBit(claim.root1, flipped) })).toBe(false);
        expect(verifyConsistency({ ...claim, root2: flipBit(claim.root2, flipped) })).toBe(false);
        for (const proof of spoiled(claim.proof, flipped)) {
          expect(verifyConsistency({ ...claim, proof })).toBe(false);
        }
      }),
    );
  });

  it('fail for a log that was rewritten before the first checkpoint, and for two logs of the same size', () => {
    const forged = new MemoryLog(log.entries.with(3, Buffer.from('somebody else')));
    const forgedRoot = merkleRoot(forged.leaves(50));
    const proof = consistencyPath(20, 50, forged.hashAt);
    expect(verifyConsistency({ ...consistency(20, 50), proof, root2: forgedRoot })).toBe(false);
    expect(verifyConsistency({ ...consistency(50, 50), root2: forgedRoot })).toBe(false);
  });

  it('fail for smaller sizes than they were made for, although the hashes lead to both roots', () => {
    expect(verifyConsistency(consistency(7, 8))).toBe(true);
    expect(verifyConsistency({ ...consistency(7, 8), size1: 3, size2: 4 })).toBe(false);
  });

  it('prove nothing from the empty tree, and never throw on sizes that are none', () => {
    const claim = consistency(3, 5);
    expect(verifyConsistency({ ...claim, size1: 0, proof: [], root1: at(roots, 0) })).toBe(false);
    expect(
      verifyConsistency({
        size1: 0,
        size2: 0,
        root1: at(roots, 0),
        root2: at(roots, 0),
        proof: [],
      }),
    ).toBe(false);
    for (const wrong of [-1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(verifyConsistency({ ...claim, size1: wrong })).toBe(false);
      expect(verifyConsistency({ ...claim, size2: wrong })).toBe(false);
    }
    expect(verifyConsistency({ ...claim, size1: 5, size2: 3 })).toBe(false);
  });

  it('need no hashes from the empty tree or to the same size, and can not go back', () => {
    expect(consistencyNodes(0, 7)).toEqual([]);
    expect(consistencyNodes(7, 7)).toEqual([]);
    expect(() => consistencyNodes(8, 7)).toThrow(RangeError);
    expect(() => consistencyNodes(-1, 7)).toThrow(RangeError);
  });
});
