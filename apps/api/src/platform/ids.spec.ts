import { expect, test } from '@jest/globals';
import { newId } from './ids.js';

const NOW_MS = Date.parse('2026-11-22T10:00:00.500Z');

test('an id is a UUIDv7 of its moment, and no two are the same', () => {
  const ids = Array.from({ length: 2_000 }, () => newId(NOW_MS));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(NOW_MS);
  }
  expect(new Set(ids.map((id) => id.charAt(19)))).toEqual(new Set(['8', '9', 'a', 'b']));
});

test('an id of the first millisecond has its leading zeros', () => {
  expect(newId(1)).toMatch(/^00000000-0001-7/);
});
