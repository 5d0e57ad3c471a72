import { expect, it } from '@jest/globals';
import { ArtifactSeal } from './artifact-seal.js';

const seal = new ArtifactSeal(new Uint8Array(32).fill(7));
const bytes = new Uint8Array([1, 2, 3]);

it('knows what it sealed', () => {
  expect(seal.isOf(seal.of('acme', 'v1', bytes), 'acme', 'v1', bytes)).toBe(true);
});

it.each([
  ['another tenant', 'other', 'v1', bytes],
  ['another version', 'acme', 'v2', bytes],
  ['other bytes', 'acme', 'v1', new Uint8Array([1, 2, 4])],
])('does not take it for that of %s', (_, tenantId, version, given) => {
  expect(seal.isOf(seal.of('acme', 'v1', bytes), tenantId, version, given)).toBe(false);
});

it('does not take what another master key sealed, or what is no seal', () => {
  const other = new ArtifactSeal(new Uint8Array(32).fill(8));
  expect(seal.isOf(other.of('acme', 'v1', bytes), 'acme', 'v1', bytes)).toBe(false);
  expect(seal.isOf(new Uint8Array(), 'acme', 'v1', bytes)).toBe(false);
});
