import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openRegisters, type Registers } from '../contract/registers-open.js';
import { consentResource } from '../contract/registers-samples.js';

const actor = 'admin:instance';

function directory(
  changes: Readonly<Record<string, string | undefined>> = {},
): Map<string, string> {
  const files = {
    'tenant.yaml': 'name: acme\ndisplayName: Acme Health\nposture: { maxAgeSeconds: 3600 }\n',
    'policies/main.cedar':
      '@id("staff-read")\npermit (principal in group::"staff", action == Action::"read", resource);\n',
    'entities/people.json': JSON.stringify([
      {
        uid: { type: 'user', id: 'dana' },
        attrs: { clearance: 2 },
        parents: [{ type: 'group', id: 'staff' }],
      },
      { uid: { type: 'user', id: 'omar' }, attrs: {}, parents: [{ type: 'group', id: 'oncall' }] },
      { uid: { type: 'group', id: 'staff' }, attrs: {}, parents: [] },
      {
        uid: { type: 'group', id: 'oncall' },
        attrs: {},
        parents: [{ type: 'group', id: 'staff' }],
      },
    ]),
    'devices/laptops.json': JSON.stringify({
      id: 'laptop',
      owner: 'user::dana',
      diskEncrypted: true,
      checkedAt: { ago: '10m' },
    }),
    'consents/c1.json': JSON.stringify(consentResource('c1', 'active')),
    'peps.yaml':
      '- { name: gateway, kind: gateway, key: key-of-gateway }\n- { name: mesh, kind: mesh, key: key-of-mesh }\n',
    'access/rules.yaml':
      'id: reader\nrole: role::reader\neligible: { groups: [staff] }\napprovers: { groups: [oncall] }\nmaxDuration: 4h\n',
    ...changes,
  };
  const given = Object.entries(files).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return new Map(given);
}

/** Every row of the registers with the transaction that wrote it: an untouched row keeps it. */
const FINGERPRINT = `
  SELECT 'entity' AS kind, type || id AS key, xmin::text FROM entities
  UNION ALL SELECT 'device', id, xmin::text FROM devices
  UNION ALL SELECT 'consent', id, xmin::text FROM consents
  UNION ALL SELECT 'pep', name, xmin::text FROM enforcement_points
  UNION ALL SELECT 'rule', id || version, xmin::text FROM access_rules
  UNION ALL SELECT 'policy', id, xmin::text FROM policy_versions
  UNION ALL SELECT 'tenant', id, xmin::text FROM tenants
  ORDER BY 1, 2`;

describe('applying a tenant directory', () => {
  let registers: Registers;
  beforeEach(async () => {
    registers = await openRegisters();
  });
  afterEach(() => registers.close());

  const apply = async (files: Map<string, string>, tenant = 'acme') => {
    const result = await registers.applier.apply(tenant, files, actor);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return result;
  };
  const problemsOf = async (files: Map<string, string>, tenant = 'acme') => {
    const result = await registers.applier.apply(tenant, files, actor);
    return result.ok ? [] : result.problems;
  };
  const tenant = () => {
    const facts = registers.facts.tenant('acme');
    if (!facts) throw new Error('acme is not loaded');
    return facts;
  };
  const fingerprint = () =>
    registers.rows<{ kind: string; key: string; xmin: string }>(FINGERPRINT);
  const items = (result: Awaited<ReturnType<typeof apply>>) =>
    result.plan.items.map(({ action, kind, name }) => `${action} ${kind} ${name}`);

  it('makes the tenant so that the very next decision sees it', async () => {
    const { plan, changed } = await apply(directory());
    expect(changed).toBe(true);
    expect(plan).toMatchObject({ tenant: 'acme', isNew: true, itemsLeftOut: 0, warnings: [] });
    expect(tenant().displayName).toBe('Acme Health');
    expect(tenant().policy?.version).toBe(plan.policyVersion);
    expect(tenant().entity({ type: 'user', id: 'dana' })?.attrs).toEqual({ clearance: 2 });
    expect(tenant().device('laptop')).toMatchObject({ ownerId: 'dana', diskEncrypted: true });
    expect(Date.now() - (tenant().device('laptop')?.checkedAtMs ?? 0)).toBeGreaterThanOrEqual(
      600_000,
    );
    expect(tenant().consentsOf('Patient/42')).toHaveLength(1);
    expect(tenant().accessRule('reader')?.rule.maxDurationSeconds).toBe(14_400);
    expect(registers.facts.pepByKey('key-of-gateway')?.name).toBe('gateway');
    expect(registers.problems).toEqual([]);
  });

  it('logs the apply, the promotion and one summary for each register, in the same transaction', async () => {
    await apply(directory());
    expect(registers.entries().map(({ type }) => type)).toEqual([
      'tenant.applied',
      'policy.promoted',
      ...Array.from({ length: 5 }, () => 'register.changed'),
    ]);
    const [head] = await registers.rows<{ size: string }>(
      `SELECT size FROM log_heads WHERE tenant_id = 'acme'`,
    );
    expect(head?.size).toBe('7');
    expect(JSON.stringify(registers.entries())).not.toContain('key-of-gateway');
  });

  it('changes nothing when the log cannot take the entries', async () => {
    registers.breakLog();
    await expect(apply(directory())).rejects.toThrow('the log is broken');
    expect(await fingerprint()).toEqual([]);
    expect(registers.facts.tenant('acme')).toBeUndefined();
  });

  it('plans without writing anything', async () => {
    const result = await registers.applier.plan('acme', directory());
    expect(result.ok && result.plan.counts).toEqual([
      { kind: 'tenant', create: 1, update: 0, delete: 0 },
      { kind: 'policy', create: 1, update: 0, delete: 0 },
      { kind: 'pep', create: 2, update: 0, delete: 0 },
      { kind: 'entity', create: 4, update: 0, delete: 0 },
      { kind: 'device', create: 1, update: 0, delete: 0 },
      { kind: 'consent', create: 1, update: 0, delete: 0 },
      { kind: 'access-rule', create: 1, update: 0, delete: 0 },
    ]);
    expect(await fingerprint()).toEqual([]);
    expect(registers.entries()).toEqual([]);
  });

  it('does nothing the second time: no row, no log entry, no new version', async () => {
    await apply(directory());
    const [before, logged, { version }] = [
      await fingerprint(),
      registers.entries().length,
      tenant(),
    ];
    const again = await apply(directory());
    expect(again.changed).toBe(false);
    expect(again.plan.items).toEqual([]);
    expect(await fingerprint()).toEqual(before);
    expect(registers.entries()).toHaveLength(logged);
    expect(tenant().version).toBe(version);
  });

  it('writes only the rows that differ, and says how', async () => {
    await apply(directory());
    const before = await fingerprint();
    const people = JSON.parse(directory().get('entities/people.json') ?? '[]') as Record<
      string,
      unknown
    >[];
    const changed = people.map((entity, at) =>
      at === 0 ? { ...entity, attrs: { clearance: 3 } } : entity,
    );
    const result = await apply(directory({ 'entities/people.json': JSON.stringify(changed) }));
    expect(result.plan.items).toEqual([
      {
        action: 'update',
        kind: 'entity',
        name: 'user::"dana"',
        changes: ['attrs.clearance: 2 → 3'],
      },
    ]);
    const after = await fingerprint();
    const touched = after.filter(({ xmin }, at) => xmin !== before[at]?.xmin).map(({ key }) => key);
    expect(touched.sort()).toEqual(['acme', 'userdana']);
  });

  it('deletes what the directory no longer holds', async () => {
    await apply(directory());
    const result = await apply(
      directory({
        'devices/laptops.json': undefined,
        'consents/c1.json': undefined,
        'access/rules.yaml': undefined,
        'policies/main.cedar': undefined,
      }),
    );
    expect(items(result)).toEqual([
      expect.stringMatching(/^delete policy [0-9a-f]{64}$/),
      'delete device laptop',
      'delete consent c1',
      'delete access-rule reader',
    ]);
    expect(tenant().device('laptop')).toBeUndefined();
    expect(tenant().consentsOf('Patient/42')).toEqual([]);
    expect(tenant().accessRules()).toEqual([]);
    expect(tenant().policy).toBeUndefined();
  });

  it('never touches requests and grants', async () => {
    await apply(directory());
    await registers.rows(
      `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
       VALUES ('acme', 'g1', 'r1', 'user', 'dana', 'role', 'reader', now(), now() + interval '1 hour', 'active')`,
    );
    await apply(directory({ 'entities/people.json': '[]', 'access/rules.yaml': undefined }));
    expect(tenant().grantsOf({ type: 'user', id: 'dana' })).toHaveLength(1);
  });

  it('keeps old versions of an access rule, and numbers the new one', async () => {
    await apply(directory());
    const rules = directory().get('access/rules.yaml') ?? '';
    await apply(directory({ 'access/rules.yaml': rules.replace('4h', '2h') }));
    expect(tenant().accessRule('reader')).toMatchObject({
      version: 2,
      rule: { maxDurationSeconds: 7_200 },
    });
    await apply(directory({ 'access/rules.yaml': undefined }));
    await apply(directory());
    expect(tenant().accessRule('reader')?.version).toBe(3);
    const kept = await registers.rows('SELECT version, current FROM access_rules ORDER BY version');
    expect(kept).toEqual([
      { version: 1, current: false },
      { version: 2, current: false },
      { version: 3, current: true },
    ]);
  });

  it('promotes a version, retires the one before, and can go back to it', async () => {
    const first = (await apply(directory())).plan.policyVersion;
    const other = 'forbid (principal, action, resource);';
    const second = (await apply(directory({ 'policies/main.cedar': other }))).plan.policyVersion;
    expect(tenant().policy?.version).toBe(second);
    expect((await apply(directory())).plan.policyVersion).toBe(first);
    expect(tenant().policy?.version).toBe(first);
    const states = await registers.rows('SELECT id, state FROM policy_versions ORDER BY state');
    expect(states).toEqual([
      { id: first, state: 'promoted' },
      { id: second, state: 'retired' },
    ]);
  });

  it('lets two enforcement points exchange their keys', async () => {
    await apply(directory());
    const swapped = (directory().get('peps.yaml') ?? '')
      .replace('key-of-gateway', 'x-of-x')
      .replace('key-of-mesh', 'key-of-gateway')
      .replace('x-of-x', 'key-of-mesh');
    const result = await apply(directory({ 'peps.yaml': swapped }));
    expect(result.plan.items[0]?.changes).toEqual(['keyHash: changed']);
    expect(registers.facts.pepByKey('key-of-gateway')?.name).toBe('mesh');
    expect(registers.facts.pepByKey('key-of-mesh')?.name).toBe('gateway');
  });

  it('refuses a key that another tenant uses, without saying that one does', async () => {
    await apply(directory());
    const rival = directory({ 'tenant.yaml': 'name: rival' });
    expect(await problemsOf(rival, 'rival')).toEqual([
      { file: 'peps.yaml', message: 'The key of "gateway" cannot be used. Choose another one.' },
    ]);
    expect(registers.facts.tenant('rival')).toBeUndefined();
    expect(registers.facts.pepByKey('key-of-gateway')?.tenantId).toBe('acme');
  });

  it('gives back a directory that applies without a change', async () => {
    await apply(directory());
    const { writeTenantDirectory } = await import('@sallyport/contracts');
    const { definitionOf } = await import('../../apps/api/src/registers/apply/stored-tenant.js');
    const stored = await registers.store.read('acme');
    if (!stored) throw new Error('acme is not stored');
    const sources = await registers.policies.store.bundle('acme', stored.policy?.id ?? '');
    const files = writeTenantDirectory(definitionOf(stored, sources));
    expect([...files.values()].join()).not.toContain('key-of-gateway');
    expect(items(await apply(files))).toEqual([]);
  });

  it.each([
    [
      'a name that is not the tenant asked for',
      { 'tenant.yaml': 'name: other' },
      'tenant.yaml',
      /"other".*"acme"/,
    ],
    ['broken YAML', { 'peps.yaml': '- {' }, 'peps.yaml', /./],
    [
      'a policy that does not parse',
      { 'policies/main.cedar': 'permit(' },
      'policies/main.cedar',
      /./,
    ],
    [
      'a circle of parents',
      { 'entities/people.json': circle() },
      'entities',
      /circle: group::"a" → group::"b" → group::"a"/,
    ],
    [
      'a consent that cannot be relied on',
      { 'consents/c1.json': unreadableConsent() },
      'consents',
      /"c1".*date-missing/,
    ],
    [
      'text that cannot be stored',
      {
        'entities/people.json': JSON.stringify({
          uid: { type: 'user', id: 'a' },
          attrs: { x: 'a\0b' },
        }),
      },
      '.',
      /entities\.0\.attrs\.x: .*NUL/,
    ],
    [
      'a rule for what is no group',
      {
        'access/rules.yaml': (directory().get('access/rules.yaml') ?? '').replace(
          '[staff]',
          '["team::staff"]',
        ),
      },
      'access',
      /team::"staff"/,
    ],
  ])('refuses %s, and changes nothing', async (_what, change, file, message) => {
    await apply(directory());
    const before = await fingerprint();
    const problems = await problemsOf(directory(change));
    expect(problems[0]).toMatchObject({ file, message: expect.stringMatching(message) });
    expect(await fingerprint()).toEqual(before);
  });

  it('refuses policies that fail a golden case, and takes them when they pass it', async () => {
    const golden = (decision: boolean) =>
      JSON.stringify({
        name: 'staff reads',
        request: {
          subject: { type: 'user', id: 'omar' },
          action: { name: 'read' },
          resource: { type: 'record', id: '1' },
        },
        expect: { decision },
      });
    const problems = await problemsOf(directory({ 'tests/staff.yaml': golden(false) }));
    expect(problems).toEqual([
      {
        file: 'tests/staff.yaml',
        message: expect.stringMatching(/^Case "staff reads": expected deny, got permit/),
      },
    ]);
    expect(await fingerprint()).toEqual([]);
    await apply(directory({ 'tests/staff.yaml': golden(true) }));
    expect(tenant().policy).toBeDefined();
    expect(tenant().settings).not.toHaveProperty('tests');
  });

  it('warns of groups that a rule names and nobody is in', async () => {
    const rules = (directory().get('access/rules.yaml') ?? '').replace('[oncall]', '[onccall]');
    const { plan } = await apply(directory({ 'access/rules.yaml': rules }));
    expect(plan.warnings).toEqual([
      { file: 'access', message: 'Rule "reader": there is no entity group::"onccall".' },
    ]);
  });

  it('applies two directories of one tenant one after the other', async () => {
    const other = directory({ 'tenant.yaml': 'name: acme\ndisplayName: Another\n' });
    await Promise.all([apply(directory()), apply(other), apply(directory()), apply(other)]);
    const [row] = await registers.rows<{ display_name: string }>(
      'SELECT display_name FROM tenants',
    );
    await registers.facts.catchUp('acme');
    expect(tenant().displayName).toBe(row?.display_name);
  });
});

it('refuses the development identity provider outside of development', async () => {
  const registers = await openRegisters(false);
  const files = directory({
    'tenant.yaml': 'name: acme\nissuers: [{ issuer: builtin, audiences: [acme] }]\n',
  });
  const result = await registers.applier.apply('acme', files, actor);
  await registers.close();
  expect(result).toMatchObject({ ok: false, problems: [{ file: 'tenant.yaml' }] });
});

function circle(): string {
  const group = (id: string) => ({ type: 'group', id });
  return JSON.stringify([
    { uid: group('a'), parents: [group('b')] },
    { uid: group('b'), parents: [group('a')] },
  ]);
}

function unreadableConsent(): string {
  const { dateTime: _, ...rest } = consentResource('c1', 'active');
  return JSON.stringify(rest);
}
