import { expect, test } from '@jest/globals';
import { isSpiffeId } from './spiffe-id.js';

test.each([
  ['spiffe://cluster.local/ns/shop/sa/cart', true],
  ['spiffe://td_1-x/a', true],
  [`spiffe://td/${'a'.repeat(2_036)}`, true],
  [`spiffe://td/${'a'.repeat(2_037)}`, false],
  ['spiffe://td', false],
  ['spiffe://td/', false],
  ['spiffe://TD/a', false],
  ['SPIFFE://td/a', false],
  ['spiffe://td:8080/a', false],
  ['spiffe://user@td/a', false],
  ['spiffe:///a', false],
  ['spiffe://td//a', false],
  ['spiffe://td/a/', false],
  ['spiffe://td/./a', false],
  ['spiffe://td/../a', false],
  ['spiffe://td/a?x', false],
  ['spiffe://td/a#x', false],
  ['spiffe://td/%61', false],
  ['spiffe://td/a\n', false],
  ['https://td/a', false],
  ['', false],
])('%s is the SPIFFE ID of a workload: %s', (text, expected) => {
  expect(isSpiffeId(text)).toBe(expected);
});
