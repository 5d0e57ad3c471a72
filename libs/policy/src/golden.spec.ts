import { describe, expect, it } from '@jest/globals';
import { readTenantDirectory, type TenantDefinition } from '@sallyport/contracts';
import { CedarWasmEngine } from './cedar-wasm-engine.js';
import { runGoldenCase } from './golden.js';

const NOW = Date.UTC(2026, 2, 1, 12);

const POLICIES = `
@id("db-read") @obligation("log")
permit (principal in role::"prod-db-reader", action == Action::"read", resource == database::"prod")
when { context has device && context.device.diskEncrypted && context.device.compliant && context has network && context.network.country == "DE" };
@id("no-travel") @reason("impossible-travel")
forbid (principal, action, resource) when { context has risk && context.risk.reasons.contains("impossible-travel") };
@id("owner")
permit (principal, action, resource) when { resource has owner && resource.owner == principal && principal.level > 1 };
`;

const REQUEST =
  '{subject: {type: user, id: dana}, action: {name: read}, resource: {type: database, id: prod}}';
const GOOD = 'device: {diskEncrypted: true, compliant: true}, network: {country: DE}';

function tenantWith(tests: string): TenantDefinition {
  const result = readTenantDirectory(
    new Map([
      ['tenant.yaml', 'name: acme\nposture: {maxAgeSeconds: 600}'],
      ['policies/a.cedar', POLICIES],
      [
        'entities/a.json',
        '[{"uid": {"type": "user", "id": "dana"}, "attrs": {"level": 2}}, {"uid": {"type": "doc", "id": "d"}, "attrs": {"owner": {"__entity": {"type": "user", "id": "dana"}}}}]',
      ],
      [
        'access/a.yaml',
        'id: r\nrole: role::prod-db-reader\neligible: {groups: [a]}\napprovers: {groups: [b]}\nmaxDuration: 1h',
      ],
      ['tests/a.yaml', tests],
    ]),
  );
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.tenant;
}

function run(test: string, judge?: Parameters<typeof runGoldenCase>[4]) {
  const tenant = tenantWith(`- ${test}`);
  const [only] = tenant.tests;
  if (only === undefined || 'route' in only) throw new Error('no case');
  return runGoldenCase(tenant, only, new CedarWasmEngine(), NOW, judge);
}

describe('a golden case', () => {
  it('passes where decision, reasons, policies and obligations are as expected', () => {
    const result = run(
      `{name: a, request: ${REQUEST}, facts: {${GOOD}, grants: [role::prod-db-reader]}, expect: {decision: true, reasons: [policy-permit], determining: [db-read], obligations: [log]}}`,
    );
    expect(result).toMatchObject({ name: 'a', file: 'tests/a.yaml', pass: true, differences: [] });
  });

  it('uses stored entities and takes the properties of its question as trusted', () => {
    const ask = (resource: string) =>
      run(
        `{name: a, request: {subject: {type: user, id: dana}, action: {name: x}, resource: ${resource}}, expect: {decision: true}}`,
      ).pass;
    expect([
      ask('{type: doc, id: d}'),
      ask('{type: doc, id: e}'),
      ask('{type: doc, id: d, properties: {owner: dana}}'),
    ]).toEqual([true, false, false]);
  });

  it('tells every difference in words', () => {
    const result = run(
      `{name: a, request: ${REQUEST}, facts: {${GOOD}, grants: [role::prod-db-reader], risk: {reasons: [impossible-travel]}}, expect: {decision: true, reasons: [grant-missing], determining: [db-read], obligations: [log]}}`,
    );
    expect(result.pass).toBe(false);
    expect(result.differences).toEqual([
      'expected permit, got deny (policy-forbid, impossible-travel)',
      'expected the reason grant-missing, got policy-forbid, impossible-travel',
      'expected the determining policies db-read, got no-travel',
      'expected the obligations log, got none',
    ]);
  });

  it('knows nothing that the case leaves out', () => {
    expect(run(`{name: a, request: ${REQUEST}, expect: {decision: false}}`).got.reasons).toEqual([
      'no-matching-policy',
      'grant-missing',
    ]);
  });

  it('lets devices become stale and grants end at the time of the case', () => {
    const at = (checked: string, ends: string) =>
      run(
        `{name: a, at: 2026-03-01T12:00:00Z, request: ${REQUEST}, facts: {device: {diskEncrypted: true, compliant: true, checkedAt: ${checked}}, network: {country: DE}, grants: [{role: role::prod-db-reader, endsAt: ${ends}}]}, expect: {decision: true}}`,
      ).got.reasons;
    expect(at('{ago: 599s}', '2026-03-01T12:00:01Z')).toEqual(['policy-permit']);
    expect(at('{ago: 600s}', '2026-03-01T12:00:01Z')).toEqual([
      'no-matching-policy',
      'device-stale',
    ]);
    expect(at('{ago: 1s}', '2026-03-01T12:00:00Z')).toEqual([
      'no-matching-policy',
      'grant-missing',
    ]);
  });

  it('lets the judgement of live decisions say whether a device complies', () => {
    const judged = (compliant: boolean) =>
      run(
        `{name: a, request: ${REQUEST}, facts: {device: {diskEncrypted: true}, network: {country: DE}, grants: [role::prod-db-reader]}, expect: {decision: true}}`,
        () => ({ compliant }),
      ).got.reasons;
    expect(judged(true)).toEqual(['policy-permit']);
    expect(judged(false)).toEqual(['no-matching-policy', 'device-not-compliant']);
  });
});

describe('a golden case that carries a manifest', () => {
  const pod = 'object: {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}}';
  const policies = `
@id("all") permit (principal, action, resource);
@id("named") forbid (principal == user::"eve", action == Action::"delete", resource == k8s::core::pods::"shop/web");
`;
  const judge = (test: string) => {
    const tenant = tenantWith(test);
    const named = { ...tenant, policies: { files: { 'policies/a.cedar': policies } } };
    const [only] = named.tests;
    if (only === undefined || 'route' in only) throw new Error('there is no case');
    return runGoldenCase(named, only, new CedarWasmEngine(), NOW);
  };

  it('is asked as the API server would ask it, with what the manifest says filled in', () => {
    const old = pod.replace('object', 'oldObject');
    const eve = 'userInfo: {username: eve}';
    const test = `{name: a, admission: {operation: DELETE, ${eve}, ${old}}, expect: {decision: false, determining: [named]}}`;
    expect(judge(test).differences).toEqual([]);
    const created = `{name: a, admission: {${eve}, ${pod}}, expect: {decision: true}}`;
    expect(judge(created).pass).toBe(true);
  });

  it.each([
    `{name: a, request: ${REQUEST}, admission: {${pod}}, expect: {decision: true}}`,
    '{name: a, expect: {decision: true}}',
  ])('is either that or a request: %s', (test) => {
    expect(() => tenantWith(test)).toThrow(/Needs a request or an admission/);
  });

  it('fails, and says why, where it cannot be asked', () => {
    const test = '{name: a, admission: {operation: PATCH}, expect: {decision: true}}';
    expect(() => judge(test)).toThrow(/request\.kind\.kind is required/);
  });
});
