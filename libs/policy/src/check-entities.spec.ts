import { describe, expect, it } from '@jest/globals';
import type { EntityRecord, JsonObject } from '@sallyport/contracts';
import { checkEntities } from './check-entities.js';

function entity(id: string, attrs: JsonObject = {}, ...parents: string[]): EntityRecord {
  return {
    uid: { type: 'in', id },
    attrs,
    parents: parents.map((parent) => ({ type: 'in', id: parent })),
  };
}

describe('checking entities', () => {
  it('finds nothing in sound ones, however many and however deep', () => {
    const chain = Array.from({ length: 3000 }, (_, i) =>
      entity(String(i), { ip: { __extn: { fn: 'ip', arg: '::1' } }, __entity: 1 }, String(i + 1)),
    );
    expect(checkEntities(chain)).toEqual({ problems: [], warnings: [] });
  });

  it('tells each value that is none to Cedar, and each circle', () => {
    const bad = (fn: string) => ({ x: { __extn: { fn, arg: 'zz' } } });
    const { problems } = checkEntities([
      entity('a', bad('ip')),
      entity('b', {}, 'c'),
      entity('c', {}, 'd', 'e'),
      entity('d', {}, 'b'),
      entity('e', bad('datetime')),
      entity('f', {}, 'f'),
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('"a"'),
      expect.stringContaining('"e"'),
      'in::b is an ancestor of itself.',
      'in::f is an ancestor of itself.',
    ]);
  });

  it('warns of what the tenant’s schema does not know', () => {
    const user = (attrs: JsonObject, type = 'user'): EntityRecord => ({
      uid: { type, id: 'a' },
      attrs,
      parents: [],
    });
    const { problems, warnings } = checkEntities(
      [user({ level: 'x' }), user({}, 'usr'), user({ level: 1 })],
      'entity user { level: Long };',
    );
    expect(problems).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('level'),
      expect.stringContaining('usr'),
    ]);
  });
});
