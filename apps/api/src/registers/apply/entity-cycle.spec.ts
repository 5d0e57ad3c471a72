import { expect, it } from '@jest/globals';
import type { EntityRef } from '@sallyport/contracts';
import fc from 'fast-check';
import { findCycle } from './entity-cycle.js';

const ref = fc.record({
  type: fc.constantFrom('user', 'group'),
  id: fc.constantFrom('a', 'b', 'c', 'd'),
});
const put = fc.record({ uid: ref, parents: fc.array(ref, { maxLength: 3 }) });
const key = ({ type, id }: EntityRef) => `${type}:${id}`;

it('finds a circle of parents exactly where somebody is above themselves, and shows one that is there', () => {
  fc.assert(
    fc.property(fc.uniqueArray(put, { maxLength: 8, selector: ({ uid }) => key(uid) }), (given) => {
      const records = given.map((record) => ({ ...record, attrs: {} }));
      const parents = new Map(records.map(({ uid, parents: above }) => [key(uid), above.map(key)]));
      const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
        (parents.get(from) ?? []).some((next) => {
          if (next === to) return true;
          if (seen.has(next)) return false;
          seen.add(next);
          return reaches(next, to, seen);
        });
      const isCircular = records.some(({ uid }) => reaches(key(uid), key(uid)));
      const cycle = findCycle(records)?.map(key);
      expect(cycle !== undefined).toBe(isCircular);
      if (!cycle) return;
      expect(cycle[0]).toBe(cycle.at(-1));
      for (const [at, from] of cycle.slice(0, -1).entries()) {
        expect(parents.get(from)).toContain(cycle[at + 1]);
      }
    }),
  );
});

it('follows a chain that is longer than the call stack', () => {
  const records = Array.from({ length: 50_000 }, (_, n) => ({
    uid: { type: 'group', id: String(n) },
    attrs: {},
    parents: [{ type: 'group', id: String(n + 1) }],
  }));
  expect(findCycle(records)).toBeUndefined();
});
