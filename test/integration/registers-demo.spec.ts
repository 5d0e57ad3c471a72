import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { DemoSeeder } from '../../apps/api/src/registers/demo/demo-seeder.js';
import { openRegisters, type Registers } from '../contract/registers-open.js';

const directory = join(process.cwd(), 'deploy/demo/acme');

describe('the demo tenant', () => {
  let registers: Registers;
  let nowMs = Date.now();
  const seed = (pepKey = 'a-key-made-up-at-start') => {
    const options = { directory, tenantId: 'acme', pepKey };
    const { applier, editor, store, facts } = registers;
    const clock = { nowMs: () => nowMs };
    return new DemoSeeder({ applier, editor, store, facts, clock }, options).seed();
  };
  const acme = () => registers.facts.tenant('acme');
  beforeAll(async () => {
    registers = await openRegisters();
    await seed();
  });
  afterAll(() => registers.close());

  it('is applied with the key of this start and devices checked ten minutes ago', () => {
    expect(acme()?.displayName).toBe('Acme Health');
    expect(registers.facts.pepByKey('a-key-made-up-at-start')).toMatchObject({
      tenantId: 'acme',
      name: 'acme-gateway',
    });
    expect(acme()?.device('dana-laptop')?.checkedAtMs).toBe(nowMs - 600_000);
    expect(acme()?.policy?.annotations.has('prod-db-read')).toBe(true);
    expect(registers.problems).toEqual([]);
  });

  it('has the people, the rule and the consent of its story', () => {
    const dana = { type: 'user', id: 'dana@acme.example' };
    expect(acme()?.ancestorsOf(dana)).toContainEqual({ type: 'group', id: 'engineering' });
    expect(acme()?.membersOf({ type: 'group', id: 'oncall' })).toEqual([
      { type: 'user', id: 'omar@acme.example' },
    ]);
    expect(acme()?.accessRule('prod-db-reader')?.rule).toMatchObject({
      eligible: { groups: ['engineering'] },
      approvers: { groups: ['oncall'] },
      maxDurationSeconds: 14_400,
    });
    expect(acme()?.consentsOf('Patient/42')).toHaveLength(1);
  });

  it('is left as people made it at the next start: only its devices are fresh again', async () => {
    const broken = { id: 'dana-laptop', owner: 'user::dana@acme.example', diskEncrypted: false };
    const checkedAt = new Date(nowMs).toISOString();
    await registers.editor.put('acme', 'device', ['dana-laptop'], { ...broken, checkedAt }, 'mdm');
    const before = registers.entries().length;
    nowMs += 3_600_000;
    await seed();
    expect(acme()?.device('dana-laptop')).toMatchObject({
      diskEncrypted: false,
      checkedAtMs: nowMs - 600_000,
    });
    expect(registers.entries().slice(before)).toMatchObject([
      { type: 'register.changed', actor: 'system:demo', detail: { register: 'device' } },
      { type: 'register.changed', actor: 'system:demo', detail: { register: 'device' } },
    ]);
  });

  it('says why it cannot be applied', async () => {
    await expect(seed('short')).rejects.toThrow(/^the demo tenant cannot be applied:\npeps.yaml:/);
  });

  it('never takes the placeholder of the key for the key', async () => {
    await expect(seed('${SALLYPORT_DEMO_PEP_KEY}')).rejects.toThrow(/still the placeholder/);
  });
});
