import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { manifestCases, responseOf, reviewOf } from '../../support/admission-reviews.js';
import {
  keyOf,
  openCluster,
  PEP_MODES,
  type PepMode,
  type TestCluster,
} from '../../support/kubernetes-cluster.js';

jest.setTimeout(180_000);

const CASES = manifestCases();

/** Every manifest of test/cases/kubernetes, through the webhook, by the pack as it is shipped. */
describe('the Kubernetes pack', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await openCluster();
    for (const mode of PEP_MODES) await cluster.apply(`by-${mode}`, { policyMode: mode });
  });
  afterAll(() => cluster.close());

  const judge = async (tenant: string, pep: PepMode, object: (typeof CASES)[number]['object']) => {
    const key = keyOf(tenant, pep);
    const answer = await cluster.post('/v1/kubernetes/admission', { key, json: reviewOf(object) });
    const entry = await cluster.latest(tenant);
    return { status: answer.status, response: responseOf(answer), entry };
  };

  test('has manifests, good and bad, for each of its rules', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(40);
    const broken = CASES.flatMap(({ violates }) => violates);
    expect([...new Set(broken)].sort()).toEqual([
      'allowed-registries',
      'few-capabilities',
      'limits-set',
      'no-host-namespaces',
      'no-host-paths',
      'no-latest-tag',
      'no-privilege-escalation',
      'no-privileged-containers',
      'no-root',
      'readable-objects',
      'required-labels',
      'signed-provenance',
    ]);
    expect(CASES.filter(({ violates }) => violates.length === 0).length).toBeGreaterThan(10);
  });

  test.each(CASES)('enforced: $name', async ({ object, violates }) => {
    const { status, response, entry } = await judge('by-enforce', 'enforce', object);
    expect(status).toBe(200);
    expect(response.allowed).toBe(violates.length === 0);
    const forbidding = entry.determining.filter(({ effect }) => effect === 'forbid') ?? [];
    expect(forbidding.map(({ id }) => id)).toEqual([...violates].sort());
    for (const rule of violates) expect(response.status?.message).toContain(`(${rule})`);
    expect(entry).toMatchObject({ decision: response.allowed, mode: 'enforce' });
  });

  test.each(CASES)('by policies that warn: $name', async ({ object, violates }) => {
    const { response, entry } = await judge('by-warn', 'enforce', object);
    expect(response.allowed).toBe(true);
    expect(warned(response.warnings)).toEqual([...violates].sort());
    const shadow = entry.shadow?.determining.filter(({ effect }) => effect === 'forbid') ?? [];
    expect(shadow.map(({ id }) => id)).toEqual([...violates].sort());
    expect(entry).toMatchObject({ decision: true, shadow: { decision: violates.length === 0 } });
  });

  test.each(CASES)('by policies that monitor: $name', async ({ object, violates }) => {
    const { response, entry } = await judge('by-monitor', 'enforce', object);
    expect(response).toMatchObject({ allowed: true });
    expect(response.warnings).toBeUndefined();
    expect(entry).toMatchObject({ decision: true, shadow: { decision: violates.length === 0 } });
  });

  test.each(CASES)('by an enforcement point that warns: $name', async ({ object, violates }) => {
    const { response, entry } = await judge('by-enforce', 'warn', object);
    expect(response.allowed).toBe(true);
    expect(warned(response.warnings)).toEqual([...violates].sort());
    expect(entry.effective ?? true).toBe(violates.length === 0);
  });

  test.each(CASES)('by one that monitors: $name', async ({ object, violates }) => {
    const { response, entry } = await judge('by-enforce', 'monitor', object);
    expect(response).toMatchObject({ allowed: true });
    expect(response.warnings).toBeUndefined();
    expect(entry.effective ?? true).toBe(violates.length === 0);
  });
});

/** The rules that warnings name; each warning is as short as Kubernetes wants it. */
function warned(warnings: readonly string[] = []): string[] {
  for (const warning of warnings) expect([...warning].length).toBeLessThanOrEqual(120);
  return warnings
    .filter((warning) => !warning.startsWith('sallyport decision '))
    .map((warning) => warning.split(':', 1)[0] ?? '')
    .sort();
}
