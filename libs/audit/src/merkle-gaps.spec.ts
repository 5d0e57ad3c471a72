import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, flipBit, MemoryLog, referenceRoot } from '../test/memory-log.js';
import { gapSubtrees, RootFold } from './merkle-gaps.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The hashes of a proof that these leaves are in the tree: those of the gaps, left to right. */
function proofOf(log: MemoryLog, indexes: readonly number[]): Uint8Array[] {
  const bounds = [-1, ...indexes, log.entries.length];
  return bounds
    .slice(1)
    .flatMap((end, i) =>
      [...gapSubtrees(at(bounds, i) + 1, end)].map(({ level, index }) => log.hashAt(level, index)),
    );
}

/** The root that leaves and proof lead to. */
function rootOf(
  size: number,
  leaves: ReadonlyMap<number, Uint8Array>,
  proof: readonly Uint8Array[],
): Uint8Array {
  const fold = new RootFold();
  let used = 0;
  for (const index of [...leaves.keys(), size]) {
    for (const { level } of gapSubtrees(fold.position, index)) fold.add(level, at(proof, used++));
    const leaf = leaves.get(index);
    if (leaf) fold.addLeaf(leaf);
  }
  expect(used).toBe(proof.length);
  return fold.root();
}

const leavesOf = (log: MemoryLog, indexes: readonly number[]) =>
  new Map(indexes.map((index) => [index, log.leaf(index)]));

describe('a proof of several entries', () => {
  it('leads to the root for every set of entries of every tree up to ten, and every range up to 24', () => {
    for (let size = 0; size <= 24; size += 1) {
      const log = MemoryLog.ofSize(size);
      const root = hex(referenceRoot(log.entries));
      const check = (indexes: number[]) =>
        expect(hex(rootOf(size, leavesOf(log, indexes), proofOf(log, indexes)))).toBe(root);
      if (size <= 10) {
        for (let set = 0; set < 2 ** size; set += 1) {
          check(Array.from({ length: size }, (_, i) => i).filter((i) => (set >> i) % 2 === 1));
        }
      }
      for (let first = 0; first < size; first += 1) {
        for (let end = first + 1; end <= size; end += 1) {
          check(Array.from({ length: end - first }, (_, i) => first + i));
        }
      }
    }
  });

  it('is short for a range: two hashes a level at most', () => {
    for (const size of [1, 2, 1_000, 4_097]) {
      const log = MemoryLog.ofSize(size);
      for (const [first, end] of [
        [0, size],
        [0, 1],
        [size - 1, size],
        [Math.floor(size / 3), Math.ceil(size / 2)],
      ] as const) {
        const range = Array.from({ length: end - first }, (_, i) => first + i);
        expect(proofOf(log, range).length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(size + 1)));
      }
    }
  });

  it('has no hash that could be computed from others of it and the leaves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.array(fc.nat(299)), (size, picks) => {
        const indexes = [...new Set(picks.filter((index) => index < size))].sort((a, b) => a - b);
        const bounds = [-1, ...indexes, size];
        const nodes = bounds.slice(1).flatMap((end, i) => [...gapSubtrees(at(bounds, i) + 1, end)]);
        const names = new Set(nodes.map(({ level, index }) => `${String(level)}/${String(index)}`));
        for (const { level, index } of nodes) {
          expect(names.has(`${String(level)}/${String(index ^ 1)}`)).toBe(false);
        }
      }),
    );
  });

  it('does not lead to the root when any bit of a leaf or of the proof is flipped', () => {
    const log = MemoryLog.ofSize(100);
    const root = hex(referenceRoot(log.entries));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(99), { minLength: 1, maxLength: 20 }),
        fc.nat(255),
        fc.nat(),
        (picks, bit, seed) => {
          const indexes = picks.sort((a, b) => a - b);
          const [leaves, proof] = [leavesOf(log, indexes), proofOf(log, indexes)];
          const place = seed % (indexes.length + proof.length);
          const index = indexes[place];
          if (index === undefined) {
            const hash = place - indexes.length;
            proof[hash] = flipBit(at(proof, hash), bit);
          } else leaves.set(index, flipBit(log.leaf(index), bit));
          expect(hex(rootOf(100, leaves, proof))).not.toBe(root);
        },
      ),
    );
  });

  it('refuses a subtree where none may start', () => {
    const fold = new RootFold();
    fold.addLeaf(new Uint8Array(32));
    expect(() => fold.add(1, new Uint8Array(32))).toThrow(RangeError);
    expect(() => [...gapSubtrees(2, 1)]).toThrow(RangeError);
    expect(() => [...gapSubtrees(0.5, 1)]).toThrow(RangeError);
  });

  it('can be folded on in two ways from one state', () => {
    const log = MemoryLog.ofSize(5);
    const fold = new RootFold();
    fold.add(1, log.hashAt(1, 0));
    const fork = fold.fork();
    for (const index of [2, 3, 4]) fold.addLeaf(log.leaf(index));
    for (const index of [2, 3, 3]) fork.addLeaf(log.leaf(index));
    expect(hex(fold.root())).toBe(hex(referenceRoot(log.entries)));
    expect(hex(fork.root())).not.toBe(hex(fold.root()));
  });
});
