import { describe, expect, it } from '@jest/globals';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { MemoryLog } from '../test/memory-log.js';
import { merkleRoot } from './merkle.js';
import { consistencyPath, inclusionPath } from './merkle-path.js';
import { verifyConsistency, verifyInclusion } from './merkle-verify.js';
import { entriesPath, parseTilePath, tilePath } from './tile-path.js';
import {
  hashFromTiles,
  proveConsistencyFromTiles,
  proveInclusionFromTiles,
  TileError,
  tileHashes,
  tileRoot,
  tileWidth,
} from './tiles.js';

const log = MemoryLog.ofSize(66_100);
const rootOf = new Map<number, Uint8Array>();
const root = (size: number): Uint8Array => {
  const known = rootOf.get(size) ?? merkleRoot(log.leaves(size));
  rootOf.set(size, known);
  return known;
};
const hex = (hashes: readonly Uint8Array[]): string[] => hashes.map((hash) => bytesToHex(hash));

describe('tile paths', () => {
  it('are the ones of tlog-tiles', () => {
    expect(tilePath(0, 1234067, 12)).toBe('tile/0/x001/x234/067.p/12');
    expect(tilePath(63, 0)).toBe('tile/63/000');
    expect(tilePath(1, 999)).toBe('tile/1/999');
    expect(tilePath(1, 1000)).toBe('tile/1/x001/000');
    expect(entriesPath(1234067)).toBe('tile/entries/x001/x234/067');
    expect(entriesPath(2 ** 53 - 1, 1)).toBe('tile/entries/x009/x007/x199/x254/x740/991.p/1');
  });

  it('read back as what was written, for every level, index and width', () => {
    const index = fc.maxSafeNat();
    const width = fc.integer({ min: 1, max: 256 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 63 }), index, width, (level, i, w) => {
        expect(parseTilePath(tilePath(level, i, w))).toEqual({
          kind: 'tile',
          level,
          index: i,
          width: w,
        });
        expect(parseTilePath(entriesPath(i, w))).toEqual({ kind: 'entries', index: i, width: w });
      }),
    );
  });

  it.each([
    '',
    'tile/0',
    'tile/0/',
    '/tile/0/000',
    'tile/0/000/',
    'tile/00/000',
    'tile/01/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/x/000',
    'tile/Entries/000',
    'tile/0/0',
    'tile/0/67',
    'tile/0/0067',
    'tile/0/x067',
    'tile/0/001/067',
    'tile/0/x000/067',
    'tile/0/x01/067',
    'tile/0/x001/x067',
    'tile/0/X001/067',
    'tile/0/067.p/0',
    'tile/0/067.p/00',
    'tile/0/067.p/012',
    'tile/0/067.p/256',
    'tile/0/067.p/257',
    'tile/0/067.p/-1',
    'tile/0/067.p/1.5',
    'tile/0/067.p/',
    'tile/0/067.p',
    'tile/0/067.p/12/',
    'tile/0/067.p/12\n',
    'tile/0/06७',
    'tile/entries/x009/x007/x199/x254/x740/992',
    'tile/entries/x001/x009/x007/x199/x254/x740/991',
  ])('are refused when malformed: %j', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it('can not be made for what is no tile', () => {
    for (const [level, index, width] of [
      [64, 0, 1],
      [-1, 0, 1],
      [0, -1, 1],
      [0, 0.5, 1],
      [0, 2 ** 53, 1],
      [0, 0, 0],
      [0, 0, 257],
    ] as const) {
      expect(() => tilePath(level, index, width)).toThrow(RangeError);
    }
  });
});

describe('tiles', () => {
  it('have the widths that tlog-tiles gives for a tree of 70,000 and of 256', () => {
    expect([272, 273, 274].map((i) => tileWidth(0, i, 70_000))).toEqual([256, 112, 0]);
    expect([0, 1, 2].map((i) => tileWidth(1, i, 70_000))).toEqual([256, 17, 0]);
    expect([0, 1].map((i) => tileWidth(2, i, 70_000))).toEqual([1, 0]);
    expect([tileWidth(0, 0, 256), tileWidth(0, 1, 256), tileWidth(1, 0, 256)]).toEqual([256, 0, 1]);
  });

  it('stand one level up for the root over their 256 hashes', async () => {
    const tile = await log.fetchTile(0, 3, 256);
    expect(bytesToHex(tileRoot(tile))).toBe(bytesToHex(log.hashAt(8, 3)));
    expect(() => tileRoot(tile.subarray(32))).toThrow(TileError);
    for (const length of [0, 31, 33, 257 * 32]) {
      expect(() => tileHashes(new Uint8Array(length))).toThrow(TileError);
    }
  });

  const sizes = [1, 2, 255, 256, 257, 300, 511, 512, 513, 65_535, 65_536, 65_537, 65_793, 66_100];

  it('give the same inclusion proofs as the whole tree, around every tile border', async () => {
    for (const size of sizes) {
      for (const index of [0, 1, 254, 255, 256, 257, 65_535, 65_536, size - 2, size - 1]) {
        if (index < 0 || index >= size) continue;
        const proof = await proveInclusionFromTiles(index, size, log.fetchTile);
        expect(hex(proof)).toEqual(hex(inclusionPath(index, size, log.hashAt)));
        const claim = {
          leafIndex: index,
          treeSize: size,
          leafHash: log.leaf(index),
          proof,
          root: root(size),
        };
        expect(verifyInclusion(claim)).toBe(true);
      }
    }
  });

  it('give the same consistency proofs as the whole tree, around every tile border', async () => {
    for (const size2 of sizes) {
      for (const size1 of sizes.filter((size) => size <= size2)) {
        const proof = await proveConsistencyFromTiles(size1, size2, log.fetchTile);
        expect(hex(proof)).toEqual(hex(consistencyPath(size1, size2, log.hashAt)));
        const claim = { size1, size2, root1: root(size1), root2: root(size2), proof };
        expect(verifyConsistency(claim)).toBe(true);
      }
    }
  });

  it('give the same proofs for any entry of any tree', async () => {
    const index = fc.integer({ min: 0, max: 66_099 });
    await fc.assert(
      fc.asyncProperty(index, index, async (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b) + 1];
        const direct = [
          inclusionPath(low, high, log.hashAt),
          consistencyPath(low, high, log.hashAt),
        ];
        const tiled = [
          await proveInclusionFromTiles(low, high, log.fetchTile),
          await proveConsistencyFromTiles(low, high, log.fetchTile),
        ];
        expect(tiled.map(hex)).toEqual(direct.map(hex));
      }),
    );
  });

  it('are fetched once each, and only those that the tree of that size has', async () => {
    log.fetched.length = 0;
    await proveInclusionFromTiles(65_700, 66_100, log.fetchTile);
    expect(log.fetched.toSorted()).toEqual(['0/256.p/256', '0/258.p/52', '1/1.p/2', '2/0.p/1']);
  });

  it('may be full where a partial one is asked for, as that is what stays when the log has grown', async () => {
    const full = (level: number, index: number): Promise<Uint8Array> =>
      log.fetchTile(level, index, 256);
    const proof = await proveInclusionFromTiles(260, 300, full);
    expect(hex(proof)).toEqual(hex(inclusionPath(260, 300, log.hashAt)));
  });

  it('are refused when they are shorter or longer than their place in the tree', async () => {
    for (const wrong of [0, 43, 45]) {
      const short = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(wrong * 32));
      await expect(proveInclusionFromTiles(299, 300, short)).rejects.toThrow(TileError);
    }
    await expect(hashFromTiles(log.fetchTile, 300)(2, 75)).rejects.toThrow(TileError);
    const grown = (): Promise<Uint8Array> => log.fetchTile(0, 1, 256);
    await expect(hashFromTiles(grown, 300)(2, 75)).rejects.toThrow(
      'the subtree is not in the tree',
    );
    await expect(proveInclusionFromTiles(300, 300, log.fetchTile)).rejects.toThrow(RangeError);
    await expect(proveConsistencyFromTiles(301, 300, log.fetchTile)).rejects.toThrow(RangeError);
  });
});
