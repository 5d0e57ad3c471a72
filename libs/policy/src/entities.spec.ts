import { describe, expect, it } from '@jest/globals';
import type { EntityRecord, EntityRef, JsonObject } from '@sallyport/contracts';
import fc from 'fast-check';
import { EntityLimitError, entityKey, type SliceInput, sliceEntities } from './entities.js';

const ref = (type: string, id = 'x'): EntityRef => ({ type, id });

function slice(register: readonly EntityRecord[], more: Partial<SliceInput> = {}): EntityRecord[] {
  const lookup = (wanted: EntityRef) =>
    register.find(({ uid }) => entityKey(uid) === entityKey(wanted));
  return sliceEntities({
    lookup,
    principal: { ref: ref('user') },
    action: 'read',
    resource: { ref: ref('record') },
    grants: [],
    nowMs: 0,
    ...more,
  });
}

function record(uid: EntityRef, parents: EntityRef[] = [], attrs: JsonObject = {}): EntityRecord {
  return { uid, attrs, parents };
}

const to = (target: EntityRef) => ({ __entity: { ...target } });

describe('the entities of a decision', () => {
  it('are the three that are asked about, even where nothing is stored', () => {
    expect(slice([])).toEqual([
      record(ref('user')),
      record(ref('record')),
      record(ref('Action', 'read')),
    ]);
  });

  it('are all that hangs together with them and nothing else', () => {
    const register = [
      record(ref('user'), [ref('group')], {
        boss: to(ref('boss')),
        deep: [{ a: to(ref('peer')) }],
      }),
      record(ref('group'), [ref('org'), ref('unstored')]),
      record(ref('org'), [ref('group')]),
      record(ref('boss'), [ref('office')]),
      record(ref('office')),
      record(ref('peer')),
      record(ref('stranger'), [ref('group')]),
      record(ref('Action', 'read'), [ref('Action', 'any'), ref('group')]),
      record(ref('Action', 'any')),
    ];
    const types = slice(register).map(({ uid }) => (uid.type === 'Action' ? uid.id : uid.type));
    expect(types.sort()).toEqual([
      'any',
      'boss',
      'group',
      'office',
      'org',
      'peer',
      'read',
      'record',
      'user',
    ]);
  });

  it('make each live grant a parent of the principal, with the ancestors of its role', () => {
    const register = [
      record(ref('user'), [ref('role', 'a')]),
      record(ref('role', 'b'), [ref('role', 'top')]),
      record(ref('role', 'top')),
    ];
    const grant = (id: string, endsAtMs: number) => ({
      id,
      role: ref('role', id),
      endsAtMs,
      breakGlass: false,
    });
    const entities = slice(register, {
      grants: [grant('a', 2), grant('b', 2), grant('ended', 1)],
      nowMs: 1,
    });
    expect(entities[0]?.parents).toEqual([ref('role', 'a'), ref('role', 'b')]);
    expect(entities.map(({ uid }) => uid.id)).toContain('top');
  });

  it('let trusted properties win over stored ones, as plain values', () => {
    const register = [
      record(ref('record'), [], { owner: to(ref('owner')), kept: 1, gone: 2 }),
      record(ref('owner')),
    ];
    const trusted = { owner: to(ref('intruder')), gone: null, __entity: 3, extra: 1.5 };
    const [, resource, ...others] = slice(register, { resource: { ref: ref('record'), trusted } });
    expect(resource?.attrs).toEqual({
      kept: 1,
      owner: { __entity_: { type: 'intruder', id: 'x' } },
      __entity_: 3,
    });
    expect(others.map(({ uid }) => uid.type)).toEqual(['Action']);
  });

  it('are one entity where subject and resource are the same', () => {
    const [both, action, ...rest] = slice([record(ref('user'), [], { a: 1 })], {
      principal: { ref: ref('user'), trusted: { b: 2 } },
      resource: { ref: ref('user'), trusted: { c: 3 } },
    });
    expect(both?.attrs).toEqual({ a: 1, b: 2, c: 3 });
    expect([action?.uid.type, rest]).toEqual(['Action', []]);
  });

  it('are refused beyond the limit', () => {
    const chain = Array.from({ length: 50 }, (_, i) =>
      record(ref('user', i === 0 ? 'x' : String(i)), [ref('user', String(i + 1))]),
    );
    expect(slice(chain)).toHaveLength(52);
    expect(slice(chain, { limit: 52 })).toHaveLength(52);
    expect(() => slice(chain, { limit: 51 })).toThrow(EntityLimitError);
  });

  it('have keys that no two entities share', () => {
    const name = fc.string({ unit: fc.constantFrom(':', '1', 'a'), maxLength: 4 });
    fc.assert(
      fc.property(name, name, name, name, (a, b, c, d) => {
        expect(entityKey(ref(a, b)) === entityKey(ref(c, d))).toBe(a === c && b === d);
      }),
    );
  });
});
