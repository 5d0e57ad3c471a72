import { describe, expect, test } from '@jest/globals';
import { merkleRoot, tileHashes, tileRoot } from '@sallyport/audit';
import fc from 'fast-check';
import { partWith, TilePyramid } from './tile-pyramid.js';

const tileOf = (width: fc.Arbitrary<number>) =>
  width.chain((count) => fc.uint8Array({ minLength: 32 * count, maxLength: 32 * count }));
const anyTile = tileOf(fc.integer({ min: 1, max: 256 }));
const fullTile = tileOf(fc.constant(256));

/** Every subtree that lies wholly in the tile. */
function subtreesOf(tile: Uint8Array): { height: number; place: number }[] {
  const width = tile.length / 32;
  return Array.from({ length: 9 }, (_, height) =>
    Array.from({ length: Math.floor(width / 2 ** height) }, (__, place) => ({ height, place })),
  ).flat();
}

/** The root by the definition, through the library that verifies. */
function rootOf(tile: Uint8Array, height: number, place: number): string {
  const width = 2 ** height;
  return hex(merkleRoot(tileHashes(tile).slice(place * width, (place + 1) * width)));
}

describe('a tile with the subtrees over it', () => {
  test('has the root of each of them, of every width, in whatever order they are asked for', () => {
    fc.assert(
      fc.property(anyTile, fc.infiniteStream(fc.nat()), (tile, order) => {
        const pyramid = new TilePyramid(tile);
        const [...asked] = subtreesOf(tile);
        while (asked.length > 0) {
          const [one] = asked.splice((order.next().value ?? 0) % asked.length, 1);
          if (!one) throw new Error('none left');
          expect(hex(pyramid.hash(one.height, one.place))).toBe(
            rootOf(tile, one.height, one.place),
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  test('has the same with its middle as without', () => {
    fc.assert(
      fc.property(fullTile, (tile) => {
        const middle = new TilePyramid(tile).middle();
        const [stored, computed] = [new TilePyramid(tile, middle), new TilePyramid(tile)];
        const all = (pyramid: TilePyramid) =>
          subtreesOf(tile).map(({ height, place }) => hex(pyramid.hash(height, place)));
        expect(all(stored)).toEqual(all(computed));
        expect(hex(stored.hash(8, 0))).toBe(hex(tileRoot(tile)));
      }),
      { numRuns: 20 },
    );
  });

  test('has in the part of it that is named for a subtree the same root, and in no other part', () => {
    const part = fc.integer({ min: 0, max: 16 });
    fc.assert(
      fc.property(fullTile, part, (tile, number) => {
        const whole = new TilePyramid(tile);
        const run = tile.subarray(512 * number, 512 * (number + 1));
        const pyramid = TilePyramid.ofPart(number, number === 16 ? whole.middle() : run);
        for (const { height, place } of subtreesOf(tile).filter((one) => one.height < 8)) {
          if (partWith(height, place) === number)
            expect(hex(pyramid.hash(height, place))).toBe(hex(whole.hash(height, place)));
          // The root over a run is in the middle, and at hand in the run.
          else if (height !== 4) expect(() => pyramid.hash(height, place)).toThrow(RangeError);
        }
      }),
      { numRuns: 5 },
    );
  });

  test('has what lies above the middle from the middle alone, and what lies below from the tile alone', () => {
    const tile = new Uint8Array(8_192).fill(1);
    const middle = new Uint8Array(512).fill(2);
    const pyramid = new TilePyramid(tile, middle);
    expect(hex(pyramid.hash(8, 0))).toBe(hex(merkleRoot(tileHashes(middle))));
    expect(hex(pyramid.hash(3, 31))).toBe(rootOf(tile, 3, 31));
  });

  test.each([
    [256, 9, 0],
    [256, 8, 1],
    [255, 8, 0],
    [255, 0, 255],
    [17, 4, 1],
    [1, 1, 0],
    [0, 0, 0],
  ])('of %i hashes has no subtree of height %i at place %i', (width, height, place) => {
    const pyramid = new TilePyramid(new Uint8Array(32 * width));
    expect(() => pyramid.hash(height, place)).toThrow(RangeError);
  });

  test.each([
    [255, 512],
    [15, 512],
    [256, 480],
    [256, 544],
  ])('of %i hashes has no middle of %i bytes', (width, bytes) => {
    expect(() => new TilePyramid(new Uint8Array(32 * width), new Uint8Array(bytes))).toThrow(
      RangeError,
    );
  });
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
