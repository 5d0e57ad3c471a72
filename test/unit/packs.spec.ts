import { describe, expect, it } from '@jest/globals';
import { readTenantDirectory } from '@sallyport/contracts';
import { checkBundle, checkEntities, CompiledEngine, runGoldenCases } from '@sallyport/policy';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTextDirectory } from '../../apps/cli/src/read-directory.js';

const PACKS = join('deploy', 'packs');

describe.each(readdirSync(PACKS))('the pack %s', (name) => {
  const read = readTenantDirectory(readTextDirectory(join(PACKS, name)));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { tenant } = read;

  it('holds policies and entities that its schema allows', () => {
    const check = checkBundle(tenant.policies);
    expect([...check.problems, ...check.warnings]).toEqual([]);
    expect(checkEntities(tenant.entities, tenant.policies.schema).problems).toEqual([]);
  });

  it('judges its own cases as they say', () => {
    const results = runGoldenCases(tenant, new CompiledEngine(), Date.UTC(2026, 2, 1));
    expect(results.length).toBeGreaterThan(0);
    expect(results.flatMap(({ differences }) => differences)).toEqual([]);
  });

  it('says of each rule why, for which control, and how much it weighs', () => {
    const policies = new CompiledEngine().load('pack', tenant.policies, 'shadow');
    for (const [id, { effect, reason, controls, severity }] of policies.annotations) {
      if (effect === 'permit') continue;
      expect({ id, reason }).toEqual({ id, reason: expect.any(String) });
      expect(controls).not.toEqual([]);
      expect(severity).toBeDefined();
    }
  });
});
