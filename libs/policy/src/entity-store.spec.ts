import { describe, expect, it } from '@jest/globals';
import type { EntityRecord, EntityRef } from '@sallyport/contracts';
import fc from 'fast-check';
import { EntityStore } from './entity-store.js';
import { NotResident } from './not-resident.js';

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

it('computes the ancestors of the others once, whatever happens to entities without members', () => {
  const store = new EntityStore();
  const team = { type: 'group', id: 'team' };
  const user = (id: string) => ({ uid: { type: 'user', id }, attrs: {}, parents: [team] });
  store.put(user('dana'));
  const dana = store.node({ type: 'user', id: 'dana' });
  if (!dana) throw new Error('dana is not there');
  const ancestors = store.ancestorsOfNode(dana);
  store.put(user('omar'));
  store.remove({ type: 'user', id: 'omar' });
  expect(store.ancestorsOfNode(dana)).toBe(ancestors);
  store.put({ uid: team, attrs: {}, parents: [{ type: 'group', id: 'staff' }] });
  expect(store.ancestorsOfNode(dana).map(({ ref: { id } }) => id)).toEqual(['team', 'staff']);
});

it('forgets what an engine made of a record when the record changes', () => {
  const store = new EntityStore();
  const uid = { type: 'user', id: 'dana' };
  store.put({ uid, attrs: { level: 1 }, parents: [] });
  const node = store.node(uid);
  if (!node) throw new Error('dana is not there');
  node.decoded = 'decoded';
  store.put({ uid, attrs: { level: 2 }, parents: [] });
  expect(node.decoded).toBeUndefined();
});

describe('a store with a backstop', () => {
  const user = (id: string) => ({ type: 'user', id });
  const group = (id: string) => ({ type: 'group', id });
  const missed: string[] = [];
  const miss = (of: EntityRef): never => {
    missed.push(key(of));
    throw new NotResident(() => Promise.resolve());
  };
  const open = () => {
    missed.length = 0;
    const store = new EntityStore({ miss });
    store.put({ uid: user('dana'), attrs: {}, parents: [group('team')] });
    return store;
  };

  it('never takes what it does not know for absent', () => {
    const store = open();
    expect(() => store.get(user('omar'))).toThrow(NotResident);
    expect(() => store.ancestorsOf(user('dana'))).toThrow(NotResident);
    expect(missed).toEqual(['user:omar', 'group:team']);
    store.remove(user('omar'));
    expect(store.get(user('omar'))).toBeUndefined();
    store.remove(group('team'));
    expect(store.ancestorsOf(user('dana'))).toEqual([group('team')]);
  });

  it('does not know what is above somebody whom it does not know', () => {
    const store = open();
    const team = store.peek(group('team'));
    if (!team) throw new Error('the team is not named');
    expect(() => store.ancestorsOfNode(team)).toThrow(NotResident);
    store.put({ uid: group('team'), attrs: {}, parents: [] });
    expect(store.ancestorsOfNode(team)).toEqual([]);
  });

  it('keeps an entity that others hang on, and forgets the others', () => {
    const store = open();
    store.put({ uid: group('team'), attrs: {}, parents: [] });
    const [team, dana] = [store.node(group('team')), store.node(user('dana'))];
    if (!team || !dana) throw new Error('they are not there');
    expect(store.evict(team)).toBe(false);
    expect(store.evict(dana)).toBe(true);
    expect(() => store.get(user('dana'))).toThrow(NotResident);
    expect(store.evict(team)).toBe(true);
    expect(store.peek(group('team'))).toBeUndefined();
  });
});
