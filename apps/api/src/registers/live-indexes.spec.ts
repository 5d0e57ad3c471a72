import { describe, expect, it } from '@jest/globals';
import type { ConsentDirective } from '@sallyport/consent';
import fc from 'fast-check';
import type { PendingFact } from './pending-changes.js';
import { TenantRegister } from './tenant-register.js';

const few = (name: string, count: number) =>
  fc.integer({ min: 0, max: count - 1 }).map((n) => `${name}${n}`);
const person = few('p', 4);
const group = few('g', 4);

const entity = fc
  .record({
    id: fc.oneof(person, group),
    level: fc.nat(9),
    parents: fc.uniqueArray(group, { maxLength: 2 }),
    gone: fc.nat(3),
  })
  .map(({ id, level, parents, gone }): PendingFact => {
    const uid = { type: id.startsWith('p') ? 'user' : 'group', id };
    const key = [uid.type, uid.id] as const;
    if (gone === 0) return { kind: 'entity', key };
    const above = parents.map((name) => ({ type: 'group', id: name }));
    return { kind: 'entity', key, value: { uid, attrs: { level }, parents: above } };
  });
const device = fc
  .record({ id: few('d', 5), owner: person, gone: fc.nat(3), atMs: fc.nat(9) })
  .map(({ id, owner, gone, atMs }): PendingFact => {
    const value = { deviceId: id, ownerId: owner, checkedAtMs: atMs, source: 'mdm' };
    return gone === 0 ? { kind: 'device', key: [id] } : { kind: 'device', key: [id], value };
  });
const consent = fc
  .record({ id: few('c', 5), patient: person, gone: fc.nat(3), atMs: fc.nat(9) })
  .map(({ id, patient, gone, atMs }): PendingFact => {
    const value = { id, patientRef: patient, recordedAtMs: atMs } as ConsentDirective;
    return gone === 0 ? { kind: 'consent', key: [id] } : { kind: 'consent', key: [id], value };
  });
const grant = fc
  .record({
    id: few('w', 6),
    holder: person,
    type: fc.constantFrom('user', 'service'),
    state: fc.constantFrom('active' as const, 'revoked' as const),
  })
  .map(({ id, holder, type, state }): PendingFact => {
    const times = { startsAtMs: 0, endsAtMs: 9 };
    const role = { type: 'role', id: 'r' };
    const value = {
      subject: { type, id: holder },
      grant: { id, requestId: 'q', subjectId: holder, role, ...times, state, version: 1 },
    };
    return { kind: 'grant', key: [id], value };
  });
const fact = fc.oneof(entity, device, consent, grant);
const keyOf = ({ kind, key }: PendingFact) => JSON.stringify([kind, ...key]);

type Read = (register: TenantRegister) => unknown;
const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).sort();
const refs = (list: readonly { readonly type: string; readonly id: string }[]) =>
  list.map(({ type, id }) => `${type}:${id}`).sort();
const read: fc.Arbitrary<Read> = fc.oneof(
  person.map(
    (id): Read =>
      (register) =>
        register.entity({ type: 'user', id }),
  ),
  group.map(
    (id): Read =>
      (register) =>
        register.entity({ type: 'group', id }),
  ),
  person.map(
    (id): Read =>
      (register) =>
        refs(register.ancestorsOf({ type: 'user', id })),
  ),
  group.map(
    (id): Read =>
      (register) =>
        refs(register.membersOf({ type: 'group', id })),
  ),
  few('d', 5).map(
    (id): Read =>
      (register) =>
        register.device(id),
  ),
  person.map(
    (id): Read =>
      (register) =>
        register
          .devicesOf(id)
          .map(({ deviceId }) => deviceId)
          .sort(),
  ),
  person.map(
    (id): Read =>
      (register) =>
        ids(register.consentsOf(id)),
  ),
  fc.tuple(person, fc.constantFrom('user', 'service')).map(
    ([id, type]): Read =>
      (register) =>
        ids(register.grantsOf({ type, id })),
  ),
);

describe('many changes at once', () => {
  it('are all in force at once, whatever is read first and whatever changes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { maxLength: 20 }),
        fc.uniqueArray(fact, { selector: keyOf, maxLength: 20 }),
        fc.array(fc.oneof(read, fact), { maxLength: 20 }),
        async (before, changes, then) => {
          const [expected, register] = [new TenantRegister('acme'), new TenantRegister('acme')];
          for (const one of before) for (const each of [expected, register]) each.put(one);
          const comeIntoForce = await register.stage(changes);
          for (const one of then)
            if (typeof one === 'function') expect(one(register)).toEqual(one(expected));
          for (const one of changes) expected.put(one);
          comeIntoForce();
          for (const one of then) {
            if (typeof one === 'function') expect(one(register)).toEqual(one(expected));
            else for (const each of [expected, register]) each.put(one);
          }
          await register.settled;
          for (const one of then)
            if (typeof one === 'function') expect(one(register)).toEqual(one(expected));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('leave nobody waiting for all of them', async () => {
    const register = new TenantRegister('acme');
    const changes = Array.from({ length: 100_000 }, (_, n): PendingFact => {
      const uid = { type: 'user', id: `u${n}` };
      const value = { uid, attrs: { n }, parents: [{ type: 'group', id: 'all' }] };
      return { kind: 'entity', key: [uid.type, uid.id], value };
    });
    const comeIntoForce = await register.stage(changes);
    let turns = 0;
    comeIntoForce();
    const count = setInterval(() => (turns += 1), 0);
    expect(register.entity({ type: 'user', id: 'u99999' })?.attrs).toEqual({ n: 99_999 });
    await register.settled;
    clearInterval(count);
    expect(turns).toBeGreaterThan(5);
    expect(register.membersOf({ type: 'group', id: 'all' })).toHaveLength(100_000);
  });
});
