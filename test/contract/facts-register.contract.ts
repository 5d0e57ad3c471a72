import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FactChange, FactsRegister } from '../../apps/api/src/registers/facts.ports.js';
import type { StoredFact } from '../../apps/api/src/registers/stored-fact.js';
import { acme, directive, grant, pep, sha256, user } from './registers-samples.js';

/** A register under test. `write` stores facts as another process would; they are visible when it resolves. */
export interface FactsHarness {
  readonly facts: FactsRegister;
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
    const tenant = () => {
      const facts = harness.facts.tenant('acme');
      if (!facts) throw new Error('acme is not loaded');
      return facts;
    };
    beforeEach(async () => {
      harness = await open(clock);
      await harness.write('acme', ...acme());
    });
    afterEach(() => harness.close());

    it('knows the tenants that exist and no other', () => {
      expect(harness.facts.tenantIds()).toEqual(['acme']);
      expect(harness.facts.tenant('nobody')).toBeUndefined();
      expect(tenant().displayName).toBe('Acme Health');
      expect(tenant().settings.posture.maxAgeSeconds).toBe(3600);
    });

    it('finds an entity by type and id together', () => {
      expect(tenant().entity(user('dana'))?.attrs).toEqual({ team: 'data' });
      expect(tenant().entity({ type: 'group', id: 'dana' })).toBeUndefined();
    });

    it('walks the hierarchy in both directions, through parents that have no record of their own', () => {
      expect(tenant().ancestorsOf(user('dana'))).toEqual([
        { type: 'group', id: 'engineering' },
        { type: 'group', id: 'staff' },
      ]);
      expect(tenant().membersOf({ type: 'group', id: 'staff' })).toEqual([
        { type: 'group', id: 'engineering' },
        user('dana'),
      ]);
      expect(tenant().ancestorsOf(user('stranger'))).toEqual([]);
    });

    it('follows a change of parents at once, for everyone below', async () => {
      expect(tenant().ancestorsOf(user('dana'))).toHaveLength(2);
      const uid = { type: 'group', id: 'engineering' };
      const value = { uid, attrs: {}, parents: [{ type: 'group', id: 'everyone' }] };
      await harness.write('acme', { kind: 'entity', key: ['group', 'engineering'], value });
      expect(tenant().ancestorsOf(user('dana'))).toEqual([uid, { type: 'group', id: 'everyone' }]);
      expect(tenant().membersOf({ type: 'group', id: 'staff' })).toEqual([]);
    });

    it('survives a cycle of parents', async () => {
      const uid = { type: 'group', id: 'staff' };
      const value = { uid, attrs: {}, parents: [{ type: 'group', id: 'engineering' }] };
      await harness.write('acme', { kind: 'entity', key: ['group', 'staff'], value });
      expect(tenant().ancestorsOf(user('dana'))).toHaveLength(2);
      expect(tenant().membersOf(uid)).toHaveLength(2);
    });

    it('forgets an entity that was removed, and its place in the hierarchy', async () => {
      await harness.write('acme', { kind: 'entity', key: ['user', 'dana'] });
      expect(tenant().entity(user('dana'))).toBeUndefined();
      expect(tenant().ancestorsOf(user('dana'))).toEqual([]);
      expect(tenant().membersOf({ type: 'group', id: 'engineering' })).toEqual([]);
    });

    it('finds devices by id and by owner, and moves them with their owner', async () => {
      expect(tenant().devicesOf('dana')).toEqual([tenant().device('laptop')]);
      const value = { deviceId: 'laptop', ownerId: 'omar', checkedAtMs: 5_000, source: 'mdm' };
      await harness.write('acme', { kind: 'device', key: ['laptop'], value });
      expect(tenant().device('laptop')).toEqual(value);
      expect(tenant().devicesOf('dana')).toEqual([]);
      expect(tenant().devicesOf('omar')).toEqual([value]);
      await harness.write('acme', { kind: 'device', key: ['laptop'] });
      expect(tenant().devicesOf('omar')).toEqual([]);
    });

    it('finds every consent of a patient, changed and removed ones at once', async () => {
      expect(
        tenant()
          .consentsOf('Patient/42')
          .map(({ status }) => status),
      ).toEqual(['active']);
      const value = directive('c1', 'inactive');
      await harness.write('acme', { kind: 'consent', key: ['c1'], value });
      expect(
        tenant()
          .consentsOf('Patient/42')
          .map(({ status }) => status),
      ).toEqual(['inactive']);
      await harness.write('acme', { kind: 'consent', key: ['c1'] });
      expect(tenant().consentsOf('Patient/42')).toEqual([]);
    });

    it('lists the grants that can still hold, by subject, until they end', async () => {
      await harness.write('acme', grant('g1', 'active'), grant('g2', 'scheduled'));
      expect(
        tenant()
          .grantsOf(user('dana'))
          .map(({ id }) => id)
          .sort(),
      ).toEqual(['g1', 'g2']);
      expect(tenant().grantsOf({ type: 'service', id: 'dana' })).toEqual([]);
      await harness.write('acme', grant('g1', 'revoked'));
      expect(
        tenant()
          .grantsOf(user('dana'))
          .map(({ id }) => id),
      ).toEqual(['g2']);
    });

    it('gives the current version of an access rule', async () => {
      const current = tenant().accessRule('reader');
      expect(current?.version).toBe(1);
      expect(current?.rule.eligible).toEqual({ groups: ['engineering'], users: [] });
      expect(tenant().accessRules()).toEqual([current]);
      await harness.write('acme', { kind: 'rule', key: ['reader'] });
      expect(tenant().accessRules()).toEqual([]);
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

    it('remembers where a subject was seen, and nothing that it cannot have reached', () => {
      const atMs = clock.nowMs;
      harness.facts.recordPlace('acme', user('dana'), { country: 'DE', atMs });
      expect(tenant().place(user('dana'))).toEqual({ country: 'DE', atMs });
      harness.facts.recordPlace('acme', user('dana'), { country: 'AU', atMs: atMs + 1_000 });
      expect(tenant().place(user('dana'))?.country).toBe('DE');
      expect(tenant().place(user('omar'))).toBeUndefined();
      harness.facts.recordPlace('nobody', user('dana'), { country: 'DE', atMs });
    });

    it('announces a change after it became visible', async () => {
      const seen: [FactChange, unknown][] = [];
      const unsubscribe = harness.facts.onChange((change) => {
        seen.push([change, tenant().entity(user('omar'))?.attrs]);
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
      const before = tenant().version;
      await harness.write('acme', { kind: 'device', key: ['laptop'] });
      expect(tenant().version).toBeGreaterThan(before);
      await harness.facts.catchUp('acme');
      expect(harness.facts.feedAgeMs()).toBeGreaterThanOrEqual(0);
    });
  });
}
