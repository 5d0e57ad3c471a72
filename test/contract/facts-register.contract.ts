import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityRef } from '@sallyport/contracts';
import {
  type FactChange,
  type FactsRegister,
  type TenantFacts,
  whenResident,
} from '../../apps/api/src/registers/facts.ports.js';
import { RegisterTooLargeError } from '../../apps/api/src/registers/register-too-large.js';
import type { StoredFact } from '../../apps/api/src/registers/stored-fact.js';
import { acme, directive, grant, pep, sha256, user } from './registers-samples.js';

/** A register under test. `write` stores facts as another process would; they are visible when it resolves. */
export interface FactsHarness {
  readonly facts: FactsRegister;
  /** Set where registers are held in part: what only a walk over a whole one could tell is refused. */
  readonly isPartial?: boolean;
  write(tenantId: string, ...facts: StoredFact[]): Promise<void>;
  close(): Promise<void>;
}

/** What every FactsRegister promises. */
export function describeFactsRegister(
  name: string,
  open: (clock: { nowMs: number }) => Promise<FactsHarness>,
): void {
  describe(`${name} keeps the contract of FactsRegister`, () => {
    const clock = { nowMs: 1_800_000_000_000 };
    let harness: FactsHarness;
    const now = () => {
      const facts = harness.facts.tenant('acme');
      if (!facts) throw new Error('acme is not loaded');
      return facts;
    };
    const read = <T>(of: (facts: TenantFacts) => T) => whenResident(() => of(now()));
    const expectMembers = (ref: EntityRef, expected: readonly EntityRef[]) => {
      if (harness.isPartial) expect(() => now().membersOf(ref)).toThrow(RegisterTooLargeError);
      else expect(now().membersOf(ref)).toEqual(expected);
    };
    beforeEach(async () => {
      harness = await open(clock);
      await harness.write('acme', ...acme());
    });
    afterEach(() => harness.close());

    it('knows the tenants that exist and no other', () => {
      expect(harness.facts.tenantIds()).toEqual(['acme']);
      expect(harness.facts.tenant('nobody')).toBeUndefined();
      expect(now().displayName).toBe('Acme Health');
      expect(now().settings.posture.maxAgeSeconds).toBe(3600);
    });

    it('finds an entity by type and id together', async () => {
      expect(await read((facts) => facts.entity(user('dana'))?.attrs)).toEqual({ team: 'data' });
      expect(await read((facts) => facts.entity({ type: 'group', id: 'dana' }))).toBeUndefined();
    });

    it('walks the hierarchy in both directions, through parents that have no record of their own', async () => {
      expect(await read((facts) => facts.ancestorsOf(user('dana')))).toEqual([
        { type: 'group', id: 'engineering' },
        { type: 'group', id: 'staff' },
      ]);
      expectMembers({ type: 'group', id: 'staff' }, [
        { type: 'group', id: 'engineering' },
        user('dana'),
      ]);
      expect(await read((facts) => facts.ancestorsOf(user('stranger')))).toEqual([]);
    });

    it('follows a change of parents at once, for everyone below', async () => {
      expect(await read((facts) => facts.ancestorsOf(user('dana')))).toHaveLength(2);
      const uid = { type: 'group', id: 'engineering' };
      const value = { uid, attrs: {}, parents: [{ type: 'group', id: 'everyone' }] };
      await harness.write('acme', { kind: 'entity', key: ['group', 'engineering'], value });
      expect(await read((facts) => facts.ancestorsOf(user('dana')))).toEqual([
        uid,
        { type: 'group', id: 'everyone' },
      ]);
      expectMembers({ type: 'group', id: 'staff' }, []);
    });

    it('survives a cycle of parents', async () => {
      const uid = { type: 'group', id: 'staff' };
      const value = { uid, attrs: {}, parents: [{ type: 'group', id: 'engineering' }] };
      await harness.write('acme', { kind: 'entity', key: ['group', 'staff'], value });
      expect(await read((facts) => facts.ancestorsOf(user('dana')))).toHaveLength(2);
      expectMembers(uid, [{ type: 'group', id: 'engineering' }, user('dana')]);
    });

    it('forgets an entity that was removed, and its place in the hierarchy', async () => {
      await harness.write('acme', { kind: 'entity', key: ['user', 'dana'] });
      expect(await read((facts) => facts.entity(user('dana')))).toBeUndefined();
      expect(await read((facts) => facts.ancestorsOf(user('dana')))).toEqual([]);
      expectMembers({ type: 'group', id: 'engineering' }, []);
    });

    it('lists the entities of a type, or says that it can not', async () => {
      const users = () => [...now().idsOf('user')];
      if (harness.isPartial) return expect(users).toThrow(RegisterTooLargeError);
      expect(users()).toContain('dana');
      expect([...now().idsOf('planet')]).toEqual([]);
      await harness.write('acme', { kind: 'entity', key: ['user', 'dana'] });
      expect(users()).not.toContain('dana');
    });

    it('lists who holds grants, or says that it can not', async () => {
      const holders = (type: string) => [...now().grantHolders(type)].map(([id]) => id);
      if (harness.isPartial) return expect(() => holders('user')).toThrow(RegisterTooLargeError);
      await harness.write('acme', grant('g1', 'active'));
      expect([holders('user'), holders('service')]).toEqual([['dana'], []]);
      await harness.write('acme', grant('g1', 'revoked'));
      expect(holders('user')).toEqual([]);
    });

    it('finds devices by id and by owner, and moves them with their owner', async () => {
      expect(await read((facts) => facts.devicesOf('dana'))).toEqual([
        await read((facts) => facts.device('laptop')),
      ]);
      const value = { deviceId: 'laptop', ownerId: 'omar', checkedAtMs: 5_000, source: 'mdm' };
      await harness.write('acme', { kind: 'device', key: ['laptop'], value });
      expect(await read((facts) => facts.device('laptop'))).toEqual(value);
      expect(await read((facts) => facts.devicesOf('dana'))).toEqual([]);
      expect(await read((facts) => facts.devicesOf('omar'))).toEqual([value]);
      await harness.write('acme', { kind: 'device', key: ['laptop'] });
      expect(await read((facts) => facts.devicesOf('omar'))).toEqual([]);
    });

    it('finds every consent of a patient, changed and removed ones at once', async () => {
      expect(
        (await read((facts) => facts.consentsOf('Patient/42'))).map(({ status }) => status),
      ).toEqual(['active']);
      const value = directive('c1', 'inactive');
      await harness.write('acme', { kind: 'consent', key: ['c1'], value });
      expect(
        (await read((facts) => facts.consentsOf('Patient/42'))).map(({ status }) => status),
      ).toEqual(['inactive']);
      await harness.write('acme', { kind: 'consent', key: ['c1'] });
      expect(await read((facts) => facts.consentsOf('Patient/42'))).toEqual([]);
    });

    it('lists the grants that can still hold, by subject, until they end', async () => {
      await harness.write('acme', grant('g1', 'active'), grant('g2', 'scheduled'));
      expect(
        (await read((facts) => facts.grantsOf(user('dana')))).map(({ id }) => id).sort(),
      ).toEqual(['g1', 'g2']);
      expect(await read((facts) => facts.grantsOf({ type: 'service', id: 'dana' }))).toEqual([]);
      await harness.write('acme', grant('g1', 'revoked'));
      expect((await read((facts) => facts.grantsOf(user('dana')))).map(({ id }) => id)).toEqual([
        'g2',
      ]);
    });

    it('gives the current version of an access rule', async () => {
      const current = now().accessRule('reader');
      expect(current?.version).toBe(1);
      expect(current?.rule.eligible).toEqual({ groups: ['engineering'], users: [] });
      expect(now().accessRules()).toEqual([current]);
      await harness.write('acme', { kind: 'rule', key: ['reader'] });
      expect(now().accessRules()).toEqual([]);
    });

    it('tells which enforcement point owns a key, and forgets a key that was replaced', async () => {
      expect(harness.facts.pepByKey('key-of-gateway')).toMatchObject({
        tenantId: 'acme',
        name: 'gateway',
        mode: 'enforce',
      });
      expect(harness.facts.pepByKey('key-of-gatewaz')).toBeUndefined();
      expect(harness.facts.pepByKey('')).toBeUndefined();
      await harness.write('acme', pep('gateway', 'another-key'));
      expect(harness.facts.pepByKey('key-of-gateway')).toBeUndefined();
      expect(harness.facts.pepByKey('another-key')?.trustedProperties).toEqual(new Set(['ip']));
      await harness.write('acme', { kind: 'pep', key: ['gateway'] });
      expect(harness.facts.pepByKey('another-key')).toBeUndefined();
    });

    it('tells which enforcement point a SPIFFE ID names, until it is enrolled otherwise', async () => {
      const id = 'spiffe://acme.example/ns/edge/sa/gateway';
      expect(harness.facts.pepBySpiffeId(id)).toBeUndefined();
      await harness.write('acme', pep('gateway', 'key-of-gateway', id));
      expect(harness.facts.pepBySpiffeId(id)).toMatchObject({ tenantId: 'acme', name: 'gateway' });
      expect(harness.facts.pepBySpiffeId(`${id}/x`)).toBeUndefined();
      await harness.write('acme', pep('gateway', 'key-of-gateway'));
      expect(harness.facts.pepBySpiffeId(id)).toBeUndefined();
    });

    it('knows an API token until it expires or is revoked', async () => {
      const expiresAtMs = clock.nowMs + 60_000;
      const value = { tokenHash: sha256('spt_acme_x'), roles: ['auditor'], expiresAtMs };
      await harness.write('acme', { kind: 'api-token', key: ['t1'], value });
      const holder = { tenantId: 'acme', tokenId: 't1', roles: ['auditor'] };
      expect(harness.facts.apiToken('spt_acme_x')).toEqual(holder);
      expect(harness.facts.apiToken('spt_acme_y')).toBeUndefined();
      clock.nowMs = expiresAtMs;
      expect(harness.facts.apiToken('spt_acme_x')).toBeUndefined();
      clock.nowMs -= 1;
      await harness.write('acme', { kind: 'api-token', key: ['t1'] });
      expect(harness.facts.apiToken('spt_acme_x')).toBeUndefined();
    });

    it('remembers where a subject was seen, and nothing that it cannot have reached', async () => {
      const atMs = clock.nowMs;
      expect(await read((facts) => facts.place(user('dana')))).toBeUndefined();
      harness.facts.recordPlace('acme', user('dana'), { country: 'DE', atMs });
      expect(await read((facts) => facts.place(user('dana')))).toEqual({ country: 'DE', atMs });
      harness.facts.recordPlace('acme', user('dana'), { country: 'AU', atMs: atMs + 1_000 });
      expect(await read((facts) => facts.place(user('dana'))?.country)).toBe('DE');
      expect(await read((facts) => facts.place(user('omar')))).toBeUndefined();
      harness.facts.recordPlace('nobody', user('dana'), { country: 'DE', atMs });
    });

    it('announces a change after it became visible', async () => {
      const seen: [FactChange, unknown][] = [];
      expect(await read((facts) => facts.entity(user('omar')))).toBeUndefined();
      const unsubscribe = harness.facts.onChange((change) => {
        seen.push([change, now().entity(user('omar'))?.attrs]);
      });
      const value = { uid: user('omar'), attrs: { onCall: true }, parents: [] };
      await harness.write('acme', { kind: 'entity', key: ['user', 'omar'], value });
      expect(seen).toEqual([
        [{ tenantId: 'acme', kind: 'entity', key: ['user', 'omar'] }, { onCall: true }],
      ]);
      unsubscribe();
      await harness.write('acme', { kind: 'entity', key: ['user', 'omar'] });
      expect(seen).toHaveLength(1);
    });

    it('moves its version with every write', async () => {
      const before = now().version;
      await harness.write('acme', { kind: 'device', key: ['laptop'] });
      expect(now().version).toBeGreaterThan(before);
      await harness.facts.catchUp('acme');
      expect(harness.facts.feedAgeMs()).toBeGreaterThanOrEqual(0);
    });
  });
}
