import { describe, expect, test } from '@jest/globals';
import { foldSubtrees, subtrees, verifyConsistency, verifyInclusion } from '@sallyport/audit';
import fc from 'fast-check';
import { nodeHash } from '../platform/tree-hash.js';
import { LogDamagedError, type StoredTile, type TileId } from './log-reader.ports.js';
import { TilePyramid } from './tile-pyramid.js';
import { TreeHashes } from './tree-hashes.js';

const SIZE = 66_000;

/** A tree of `SIZE` leaves, and its tiles as far as they are built. */
class StoredTree {
  readonly readings: (readonly TileId[])[] = [];
  /** How many full tiles of level 0 and 1 are stored. */
  built = [Math.floor(SIZE / 256), 1];
  keepsMiddle = true;
  sendsParts = true;
  keepsFrontier = true;
  keepsRuns = true;
  /** What becomes of a tile on its way out. */
  damage = (_tile: TileId, stored: StoredTile): StoredTile => stored;
  fails = false;

  tiles(_tenantId: string, tiles: readonly TileId[]): Promise<StoredTile[]> {
    this.readings.push(tiles);
    if (this.fails) return Promise.reject(new Error('the connection is lost'));
    return Promise.resolve(tiles.map((tile) => this.damage(tile, this.stored(tile))));
  }

  private isBuilt(level: number, index: number): boolean {
    return index < (this.built[level] ?? 0);
  }

  private stored({ level, index, width, part }: TileId): StoredTile {
    if (level === -1) {
      const peaks = this.keepsFrontier ? subtrees(0, index) : [];
      const hashes = Buffer.concat(peaks.map((peak) => hashAt(peak.level, peak.index)));
      return { hashes, middle: undefined, gaps: [] };
    }
    const places = Array.from({ length: width }, (_, place) => place);
    const isStored = width === 256 && this.isBuilt(level, index);
    const gaps = places.filter(
      (place) => !isStored && level > 0 && !this.isBuilt(level - 1, 256 * index + place),
    );
    const hashes = new Uint8Array(32 * width);
    for (const place of places)
      if (!gaps.includes(place)) hashes.set(hashAt(8 * level, 256 * index + place), 32 * place);
    const keepsMiddle = isStored && this.keepsMiddle;
    const middle = keepsMiddle ? new TilePyramid(hashes).middle() : undefined;
    if (middle && part !== undefined && this.sendsParts) {
      const sent = part === 16 ? middle : hashes.subarray(512 * part, 512 * (part + 1));
      return { part: sent, hashes: new Uint8Array(), middle: undefined, gaps };
    }
    if (!isStored && level > 0 && part !== undefined && this.sendsParts) {
      const sent = this.gathered(hashes, part, gaps);
      if (sent) return { part: sent, hashes: new Uint8Array(), middle: undefined, gaps: [] };
    }
    return { hashes, middle, gaps };
  }

  /** A part of a tile that is not stored, if it is all there. */
  private gathered(
    hashes: Uint8Array,
    part: number,
    gaps: readonly number[],
  ): Uint8Array | undefined {
    if (part < 16) {
      const isGap = gaps.some((place) => place >> 4 === part);
      return isGap ? undefined : hashes.subarray(512 * part, 512 * (part + 1));
    }
    if (!this.keepsRuns || gaps.length > 0) return undefined;
    const pyramid = new TilePyramid(hashes);
    const runs = Array.from({ length: hashes.length >> 9 }, (_, run) => pyramid.hash(4, run));
    return Buffer.concat(runs);
  }
}

const levels = levelsOver(
  Array.from({ length: SIZE }, (_, n) => Buffer.alloc(32, `${String(n)}.`)),
);

describe('the hashes of a tree', () => {
  test('prove every entry and every growth, however few of its tiles are built, with and without their middle, the runs and the frontier', async () => {
    const sizes = fc.uniqueArray(fc.integer({ min: 1, max: SIZE }), { minLength: 2, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.nat(),
        fc.nat(257),
        fc.record({
          keepsMiddle: fc.boolean(),
          keepsFrontier: fc.boolean(),
          keepsRuns: fc.boolean(),
        }),
        async (two, pick, built, kept) => {
          const [size1 = 0, size2 = 0] = two.sort((a, b) => a - b);
          const stored = new StoredTree();
          Object.assign(stored, { built: [built, built >> 8], ...kept });
          const hashes = new TreeHashes(stored);
          const leafIndex = pick % size2;
          expect(await proves(hashes, leafIndex, size2)).toBe(true);
          const claim = { size1, size2, root1: rootAt(size1), root2: rootAt(size2) };
          const proof = await hashes.consistencyProof('acme', size1, size2);
          expect(verifyConsistency({ ...claim, proof })).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('of which nothing is known are read once for a proof, each tile once', async () => {
    const stored = new StoredTree();
    const hashes = new TreeHashes(stored);
    await Promise.all([
      hashes.inclusionProof('acme', 300, SIZE),
      hashes.inclusionProof('acme', 300, SIZE),
    ]);
    expect(stored.readings).toHaveLength(1);
    const names = stored.readings.flat().map((tile) => Object.values(tile));
    expect(names.sort()).toEqual([
      [-1, SIZE, 5],
      [0, 1, 256, 16],
      [0, 1, 256, 2],
      [1, 0, 256, 0],
      [1, 0, 256, 16],
    ]);
    await hashes.inclusionProof('acme', 600, SIZE);
    const second = { level: 0, index: 2, width: 256 };
    expect(stored.readings.slice(1)).toEqual([
      [
        { ...second, part: 5 },
        { ...second, part: 16 },
      ],
    ]);
    await hashes.inclusionProof('globex', 600, SIZE);
    expect(stored.readings[2]).toHaveLength(5);
  });

  test('are read in parts of a tile that is not full, which stay known while it grows', async () => {
    const stored = new StoredTree();
    const hashes = new TreeHashes(stored);
    const asked = async (index: number, size: number) => {
      const before = stored.readings.length;
      expect(await proves(hashes, index, size)).toBe(true);
      const read = stored.readings.slice(before).flat();
      return read.filter(({ level }) => level === 1).map((tile) => Object.values(tile));
    };
    expect(await asked(300, 40 * 256)).toEqual([
      [1, 0, 16, 0],
      [1, 0, 32, 16],
    ]);
    expect(await asked(10_000, 40 * 256)).toEqual([[1, 0, 40, 2]]);
    expect(await asked(600, 47 * 256)).toEqual([]);
    expect(await asked(700, 48 * 256)).toEqual([[1, 0, 48, 16]]);
  });

  test('take the frontier of a checkpoint that has none from its tiles, and keep it', async () => {
    const stored = new StoredTree();
    stored.keepsFrontier = false;
    const hashes = new TreeHashes(stored);
    expect(await proves(hashes, 300, SIZE)).toBe(true);
    const [, edge] = stored.readings.map((tiles) => tiles.map((tile) => Object.values(tile)));
    expect(edge).toEqual([
      [2, 0, 1, 0],
      [1, 1, 1, 0],
      [0, 257, 208, undefined],
    ]);
    expect(await proves(hashes, 301, SIZE)).toBe(true);
    expect(stored.readings).toHaveLength(2);
  });

  test.each([
    ['a full tile that was read whole', true],
    ['a full tile that is not stored in parts', false],
  ])('are found in %s, wherever in it they are', async (_, sendsParts) => {
    const stored = new StoredTree();
    stored.sendsParts = sendsParts;
    const hashes = new TreeHashes(stored);
    if (sendsParts) await hashes.tile('acme', 0, 1, 256);
    expect(await proves(hashes, 300, SIZE)).toBe(true);
    const read = stored.readings.length;
    expect(await proves(hashes, 500, SIZE)).toBe(true);
    expect(
      stored.readings
        .slice(read)
        .flat()
        .filter(({ level }) => level === 0),
    ).toEqual([]);
  });

  test('are read anew after a reading that failed, which everybody who waited for it is told', async () => {
    const stored = new StoredTree();
    const hashes = new TreeHashes(stored);
    stored.fails = true;
    const asked = [300, 301].map((index) => hashes.inclusionProof('acme', index, SIZE));
    const told = await Promise.allSettled(asked);
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(stored.readings).toHaveLength(1);
    stored.fails = false;
    expect(await proves(hashes, 300, SIZE)).toBe(true);
  });

  test.each<[string, TileId, (tile: StoredTile) => StoredTile]>([
    ['tile 0/1 has not 256 hashes', { level: 0, index: 1, width: 256 }, cutShort],
    ['tile 1/0 has not 16 hashes in the middle', { level: 1, index: 0, width: 256 }, cutMiddle],
  ])('are not served of a damaged tile: %s', async (message, damaged, damage) => {
    const stored = new StoredTree();
    stored.sendsParts = false;
    stored.damage = (tile, intact) => (isSame(tile, damaged) ? damage(intact) : intact);
    const hashes = new TreeHashes(stored);
    const error = new LogDamagedError(message);
    await expect(hashes.inclusionProof('acme', 300, SIZE)).rejects.toThrow(error);
    const { level, index, width } = damaged;
    await expect(hashes.tile('acme', level, index, width)).rejects.toThrow(error);
    // What was read along with it is not held against the others.
    expect(hex(await hashes.tile('acme', 1, 1, 1))).toBe(hex(hashAt(8, 256)));
  });

  test('make no proof that verifies from runs that were tampered with', async () => {
    const stored = new StoredTree();
    stored.damage = ({ level, part: wanted }, { part, ...intact }) => ({
      ...intact,
      part: level === 1 && wanted === 16 ? part?.map((byte) => byte ^ 1) : part,
    });
    expect(await proves(new TreeHashes(stored), 300, 40 * 256)).toBe(false);
  });

  test.each([
    ['a middle', true],
    ['a middle that comes with all of its tile', false],
  ])('make no proof that verifies from %s that was tampered with', async (_, sendsParts) => {
    const stored = new StoredTree();
    stored.sendsParts = sendsParts;
    stored.damage = (tile, { middle, part, ...intact }) => ({
      ...intact,
      middle: middle?.map((byte) => byte ^ 1),
      part: tile.part === 16 ? part?.map((byte) => byte ^ 1) : part,
    });
    const hashes = new TreeHashes(stored);
    expect(await proves(hashes, 300, SIZE)).toBe(false);
    expect(hex(await hashes.tile('acme', 0, 1, 256))).toBe(
      hex(Buffer.concat(levels[0]?.slice(256, 512) ?? [])),
    );
  });

  test.each([
    [0, SIZE],
    [8, 257],
    [16, 1],
    [24, 0],
  ])('have none for what lies outside the tree: level %i, place %i', async (level, index) => {
    const hashes = new TreeHashes(new StoredTree());
    await expect(hashes.subtreeRoot('acme', { level, index }, SIZE)).rejects.toThrow(RangeError);
  });
});

async function proves(hashes: TreeHashes, leafIndex: number, treeSize: number): Promise<boolean> {
  const proof = await hashes.inclusionProof('acme', leafIndex, treeSize);
  const claim = { leafIndex, treeSize, leafHash: hashAt(0, leafIndex), root: rootAt(treeSize) };
  return verifyInclusion({ ...claim, proof });
}

function rootAt(size: number): Uint8Array {
  return foldSubtrees(subtrees(0, size).map(({ level, index }) => hashAt(level, index)));
}

function hashAt(level: number, index: number): Uint8Array {
  const found = levels[level]?.[index];
  if (!found) throw new Error(`no hash at ${String(level)}/${String(index)}`);
  return found;
}

function levelsOver(leaves: Uint8Array[]): Uint8Array[][] {
  const built = [leaves];
  for (let level = leaves; level.length > 1; built.push(level)) {
    const [left, right] = [0, 1].map((side) => level.filter((_, place) => place % 2 === side));
    level = (right ?? []).map((hash, place) => nodeHash(left?.[place] ?? hash, hash));
  }
  return built;
}

function cutShort({ hashes, ...rest }: StoredTile): StoredTile {
  return { ...rest, hashes: hashes.subarray(32) };
}

function cutMiddle({ middle, ...rest }: StoredTile): StoredTile {
  return { ...rest, middle: middle?.subarray(32) };
}

function isSame(one: TileId, other: TileId): boolean {
  return one.level === other.level && one.index === other.index && one.width === other.width;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
