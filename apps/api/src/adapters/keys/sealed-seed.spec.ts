import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openSeed, SealError, sealSeed } from './sealed-seed.js';

const masterKey = new Uint8Array(32).fill(7);
const place = { owner: 'acme', kid: 'k1', purpose: 'token' };
const seed = new Uint8Array(32).fill(9);

describe('a sealed seed', () => {
  test('opens with the master key, in its place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        const opened = openSeed(sealSeed(bytes, masterKey, place), masterKey, place);
        expect([...opened]).toEqual([...bytes]);
      }),
    );
  });

  test('is never the same twice', () => {
    expect(sealSeed(seed, masterKey, place)).not.toEqual(sealSeed(seed, masterKey, place));
  });

  test.each([
    ['another master key', new Uint8Array(32).fill(8), place],
    ['another owner', masterKey, { ...place, owner: 'other' }],
    ['another key id', masterKey, { ...place, kid: 'k2' }],
    ['another purpose', masterKey, { ...place, purpose: 'log' }],
  ])('does not open with %s', (_, key, elsewhere) => {
    const sealed = sealSeed(seed, masterKey, place);
    expect(() => openSeed(sealed, key, elsewhere)).toThrow(SealError);
  });

  test('does not open once any byte of it was changed or cut off', () => {
    const sealed = sealSeed(seed, masterKey, place);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(() => openSeed(changed, masterKey, place)).toThrow(SealError);
      expect(() => openSeed(sealed.subarray(0, at), masterKey, place)).toThrow(SealError);
    }
  });
});
