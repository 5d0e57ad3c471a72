import { expect, it } from '@jest/globals';
import type { EntityRecord, EntityRef } from '@sallyport/contracts';
import fc from 'fast-check';
import { EntityStore } from './entity-store.js';

const ref = fc.record({
  type: fc.constantFrom('user', 'group'),
  id: fc.constantFrom('a', 'b', 'c', 'd'),
});
const put = fc.record({ uid: ref, parents: fc.array(ref, { maxLength: 3 }) });
const step = fc.oneof(put, fc.record({ remove: ref }));
const key = ({ type, id }: EntityRef) => `${type}:${id}`;
const keys = (refs: readonly EntityRef[]) => refs.map(key).sort();

/** The same by looking at everything each time. */
class NaiveGraph {
  readonly records = new Map<string, EntityRecord>();

  ancestorsOf(of: EntityRef): string[] {
    return this.closure(of, (from) => this.records.get(from)?.parents.map(key) ?? []);
  }

  membersOf(of: EntityRef): string[] {
    return this.closure(of, (from) =>
      [...this.records.values()]
        .filter(({ parents }) => parents.some((parent) => key(parent) === from))
        .map(({ uid }) => key(uid)),
    );
  }

  private closure(of: EntityRef, next: (from: string) => string[]): string[] {
    const found = new Set<string>();
    const waiting = next(key(of));
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if (found.has(one)) continue;
      found.add(one);
      waiting.push(...next(one));
    }
    found.delete(key(of));
    return [...found].sort();
  }
}

it('agrees with a naive graph after any sequence of changes, for everybody, in both directions', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.array(ref, { maxLength: 3 }),
      (steps, asked) => {
        const [graph, naive] = [new EntityStore(), new NaiveGraph()];
        for (const change of steps) {
          // Asking in between fills the cache that the next change must not leave behind.
          for (const one of asked) graph.ancestorsOf(one);
          if ('remove' in change) {
            graph.remove(change.remove);
            naive.records.delete(key(change.remove));
          } else {
            const record = { ...change, attrs: {} };
            graph.put(record);
            naive.records.set(key(record.uid), record);
          }
          for (const id of ['a', 'b', 'c', 'd']) {
            for (const type of ['user', 'group']) {
              expect(keys(graph.ancestorsOf({ type, id }))).toEqual(
                naive.ancestorsOf({ type, id }),
              );
              expect(keys(graph.membersOf({ type, id }))).toEqual(naive.membersOf({ type, id }));
            }
          }
        }
        expect([...graph.records()].map(({ uid }) => key(uid)).sort()).toEqual(
          [...naive.records.keys()].sort(),
        );
      },
    ),
    { numRuns: 200 },
  );
});

it('walks a chain that is longer than the call stack', () => {
  const records = Array.from({ length: 50_000 }, (_, n) => ({
    uid: { type: 'group', id: String(n) },
    attrs: {},
    parents: [{ type: 'group', id: String(n + 1) }],
  }));
  const graph = new EntityStore();
  for (const record of records) graph.put(record);
  expect(graph.ancestorsOf({ type: 'group', id: '0' })).toHaveLength(50_000);
});
