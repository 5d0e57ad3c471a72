// One table of everything that is refused, with its place: long because it is complete.
import { describe, expect, it } from '@jest/globals';
import { readTenantDirectory } from './read-tenant-directory.js';

const FULL = {
  'README.md': '# Acme',
  'tenant.yaml': `name: acme
displayName: Acme Health
issuers:
  - issuer: builtin
    audiences: [acme-apps]
console:
  issuer: builtin
  clientId: sallyport-console
  clientSecret: {env: CONSOLE_SECRET}
  roles: { admin: [group:platform-admins], auditor: [group:auditors] }
posture: { requirements: { diskEncrypted: true, minOsVersion: { macos: "14.4" } } }
tokens: { audiences: [prod-db] }
`,
  'policies/main.cedar': 'permit (principal, action, resource);',
  'policies/schema.cedarschema': 'entity user;',
  'entities/people.json': `[
  {"uid": {"type": "user", "id": "dana@acme.example"}, "attrs": {"boss": {"__entity": {"type": "App::my_x002d_user", "id": "o"}}, "n": 3},
   "parents": [{"__entity": {"type": "group", "id": "engineering"}}]},
  {"uid": {"__entity": {"type": "group", "id": "engineering"}}}
]`,
  'devices/dana.json':
    '{"id": "dana-laptop", "owner": "dana@acme.example", "diskEncrypted": true, "checkedAt": {"ago": "10m"}}',
  'consents/c.json': '{"resourceType": "Consent", "id": "c1", "status": "active", "dose": 1.5}',
  'peps.yaml': `- name: acme-gateway
  kind: gateway
  mode: enforce
  key: gateway-key-1
  trustedProperties: [subject, ip]
  routes:
    - { method: GET, path: "/records/{id}", action: read, resource: { type: record, id: "{id}" }, context: { purpose: TREAT } }
`,
  'access/db.yaml': `id: prod-db-reader
title: Read the production database
role: role::prod-db-reader
eligible: {groups: [engineering]}
approvers: {groups: [oncall], users: ["user::omar@acme.example"]}
maxDuration: 4h
reason: {required: true, minLength: 10}
`,
  'tests/story.yaml': `- name: Dana is denied without a grant
  request: {subject: {type: user, id: dana}, action: {name: read}, resource: {type: database, id: prod}}
  at: 2026-03-01T12:00:00Z
  facts:
    device: {diskEncrypted: true, checkedAt: {ago: 10m}}
    grants: [role::prod-db-reader, {role: role::x, endsAt: 2026-03-01T12:30:00Z}]
  expect: {decision: false, reasons: [no-matching-policy]}
`,
};

function read(files: Record<string, string>) {
  return readTenantDirectory(new Map(Object.entries(files)));
}

function problemsOf(files: Record<string, string>): string[] {
  const result = read({ 'tenant.yaml': 'name: acme', ...files });
  if (result.ok) return [];
  return result.problems.map(
    ({ file, line, column, message }) => `${file}:${String(line)}:${String(column)} ${message}`,
  );
}

describe('a tenant directory', () => {
  it('needs nothing but a name', () => {
    const result = read({ 'tenant.yaml': 'name: acme' });
    expect(result).toMatchObject({
      ok: true,
      warnings: [],
      tenant: {
        settings: {
          name: 'acme',
          displayName: 'acme',
          issuers: [],
          location: { maxSpeedKmh: 1000, minDistanceKm: 50 },
          posture: { maxAgeSeconds: 3600, requirements: {} },
          tokens: { maxTtlSeconds: 900, audiences: [] },
        },
        policies: { files: {} },
        entities: [],
        tests: [],
      },
    });
  });

  it('comes out with defaults filled in, durations in seconds and references as entities', () => {
    const result = read(FULL);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { settings, entities, devices, peps, accessRules, tests, policies } = result.tenant;
    expect(settings.console).toEqual({
      issuer: 'builtin',
      clientId: 'sallyport-console',
      clientSecretEnv: 'CONSOLE_SECRET',
      roles: {
        admin: [{ type: 'group', id: 'platform-admins' }],
        auditor: [{ type: 'group', id: 'auditors' }],
      },
    });
    expect(settings.issuers[0]).toMatchObject({
      subjectType: 'user',
      subjectClaim: 'sub',
      deviceClaim: 'device_id',
    });
    expect(policies).toEqual({
      files: { 'policies/main.cedar': FULL['policies/main.cedar'] },
      schema: 'entity user;',
      schemaFile: 'policies/schema.cedarschema',
    });
    expect(entities[0]).toEqual({
      uid: { type: 'user', id: 'dana@acme.example' },
      attrs: { boss: { __entity: { type: 'App::my-user', id: 'o' } }, n: 3 },
      parents: [{ type: 'group', id: 'engineering' }],
    });
    expect(devices).toEqual([
      {
        id: 'dana-laptop',
        owner: { type: 'user', id: 'dana@acme.example' },
        diskEncrypted: true,
        checkedAt: { agoSeconds: 600 },
      },
    ]);
    expect(peps[0]).toMatchObject({
      name: 'acme-gateway',
      explain: false,
      strict: false,
      trustedProperties: ['subject', 'ip'],
    });
    expect(accessRules[0]).toEqual({
      id: 'prod-db-reader',
      title: 'Read the production database',
      role: { type: 'role', id: 'prod-db-reader' },
      eligible: { groups: [{ type: 'group', id: 'engineering' }], users: [] },
      approvers: {
        groups: [{ type: 'group', id: 'oncall' }],
        users: [{ type: 'user', id: 'omar@acme.example' }],
      },
      approvalsNeeded: 1,
      maxDurationSeconds: 14_400,
      defaultDurationSeconds: 1800,
      reason: { required: true, minLength: 10 },
      approvalDeadlineSeconds: 86_400,
    });
    expect(tests[0]).toMatchObject({
      atMs: Date.UTC(2026, 2, 1, 12),
      file: 'tests/story.yaml',
      facts: {
        device: { diskEncrypted: true, checkedAt: { agoSeconds: 600 } },
        grants: [
          { role: { type: 'role', id: 'prod-db-reader' } },
          { role: { type: 'role', id: 'x' }, endsAtMs: Date.UTC(2026, 2, 1, 12, 30) },
        ],
      },
    });
  });

  it('leaves a PEP without trustedProperties distinguishable from one with none', () => {
    const result = read({
      'tenant.yaml': 'name: a',
      'peps.yaml': '[{name: p, key: 12345678x}, {name: q, key: 12345678y, trustedProperties: []}]',
    });
    expect(result.ok && result.tenant.peps.map((pep) => pep.trustedProperties)).toEqual([
      undefined,
      [],
    ]);
  });

  it('warns of files that are no part of it, and says nothing of those that are for people', () => {
    const result = read({
      'tenant.yaml': 'name: a',
      'policy/x.cedar': '',
      'docs/notes.md': '',
      '.gitignore': '',
      LICENSE: '',
    });
    expect(result).toMatchObject({
      ok: true,
      warnings: [{ file: 'policy/x.cedar', message: 'Not part of a tenant; ignored.' }],
    });
  });

  it('tells every problem at once, in order, with file, line and column', () => {
    expect(
      problemsOf({
        'tenant.yaml': 'name: Acme\ndisplayname: x\nposture:\n  maxAgeSeconds: soon\n',
        'devices/a.json':
          '[\n  {"id": "a", "checkedAt": "2026-03-01T12:00:00Z"},\n  {"id": 7, "checkedAt": "yesterday"}\n]',
        'peps.yaml': '- name: p\n  kind: gatewy\n',
      }),
    ).toEqual([
      'devices/a.json:3:4 [1].id: Must be a text (in YAML, put it in quotes).',
      'devices/a.json:3:13 [1].checkedAt: Must be a time such as 2026-03-01T12:00:00Z, or {"ago": "10m"}.',
      'peps.yaml:2:3 [0].kind: Must be one of gateway, mesh, data, pipeline, kubernetes, other.',
      'tenant.yaml:1:1 name: Must be 1 to 63 lower-case letters, digits and hyphens, not starting with a hyphen.',
      'tenant.yaml:2:1 displayname: Unknown key "displayname". Did you mean "displayName"?',
      'tenant.yaml:4:3 posture.maxAgeSeconds: Must be a number.',
    ]);
  });

  it('names both places of what there may be only once', () => {
    const device = (id: string) => `{"id": "${id}", "checkedAt": {"ago": "1m"}}`;
    expect(
      problemsOf({
        'devices/a.json': device('x'),
        'devices/b.json': `[\n${device('y')},\n${device('x')}]`,
      }),
    ).toEqual(['devices/b.json:3:1 [1]: The device "x" is already at devices/a.json:1.']);
    const twins =
      '- {name: a, key: secret-key}\n- {name: b, key: secret-key}\n- {name: a, key: other-key}\n';
    expect(problemsOf({ 'peps.yaml': twins })).toEqual([
      'peps.yaml:2:3 [1]: The same key is already at peps.yaml:1.',
      'peps.yaml:3:3 [2]: The enforcement point "a" is already at peps.yaml:1.',
    ]);
  });

  const bad: [string, Record<string, string>, string][] = [
    [
      'no tenant.yaml',
      { 'tenant.yml': 'name: b', 'tenant.yaml': 'name: a' },
      'tenant.yml:undefined:undefined There is a tenant.yaml as well; keep one of them.',
    ],
    ['an empty tenant.yaml', { 'tenant.yaml': '' }, 'tenant.yaml:1:1 name: Required.'],
    ['a list in tenant.yaml', { 'tenant.yaml': '[a]' }, 'tenant.yaml:1:1 Must be an object.'],
    [
      'YAML that does not parse',
      { 'tenant.yaml': 'name: acme\n\tx: 1' },
      'tenant.yaml:2:1 Tabs are not allowed as indentation.',
    ],
    [
      'a YAML key that is there twice',
      { 'tenant.yaml': 'name: a\nname: b' },
      'tenant.yaml:2:1 This key is there twice.',
    ],
    [
      'two YAML documents',
      { 'tenant.yaml': 'name: a\n---\nname: b' },
      'tenant.yaml:2:1 Only one document per file.',
    ],
    [
      'a JSON key that is there twice',
      { 'devices/a.json': '{"id": "a",\n "id": "b"}' },
      'devices/a.json:2:2 The key "id" is there twice.',
    ],
    [
      'a trailing comma in JSON',
      { 'devices/a.json': '[1,\n]' },
      'devices/a.json:2:1 Expected a value, found "]".',
    ],
    [
      'a comment in JSON',
      { 'devices/a.json': '// x\n[]' },
      'devices/a.json:1:1 Expected a value, found "/".',
    ],
    [
      'JSON that does not end',
      { 'devices/a.json': '[{"id": "a"' },
      'devices/a.json:1:12 Expected "," or "}", found the end of the file.',
    ],
    [
      '__proto__ in JSON',
      { 'consents/a.json': '{"__proto__": 1}' },
      'consents/a.json:1:2 "__proto__" can\'t be a key.',
    ],
    [
      'an attribute that is null',
      { 'entities/a.json': '[{"uid": {"type": "u", "id": "1"},\n "attrs": {"a": [1,\n null]}}]' },
      'entities/a.json:3:2 [0].attrs.a[1]: Cedar knows no null; leave the attribute out.',
    ],
    [
      'an integer that JSON would round',
      { 'entities/a.json': '{"uid": {"type": "u", "id": "1"}, "attrs": {"a": 9007199254740993}}' },
      'entities/a.json:1:45 attrs.a: Cedar knows whole numbers within ±2^53 only; use {"__extn": {"fn": "decimal", "arg": "1.5"}} for others.',
    ],
    [
      "Cedar's __expr",
      { 'entities/a.json': '{"uid": {"type": "u", "id": "1"}, "attrs": {"a": {"__expr": "1"}}}' },
      'entities/a.json:1:45 attrs.a: Cedar no longer knows "__expr".',
    ],
    [
      'a malformed __entity',
      { 'entities/a.json': '{"uid": {"type": "u", "id": "1"}, "attrs": {"a": {"__entity": "x"}}}' },
      'entities/a.json:1:45 attrs.a: "__entity" must be {"type": …, "id": …}.',
    ],
    [
      'tags, which are not supported',
      { 'entities/a.json': '{"uid": {"type": "u", "id": "1"}, "tags": {}}' },
      'entities/a.json:1:35 tags: Unknown key "tags".',
    ],
    [
      'a uid that is a text',
      { 'entities/a.json': '{"uid": "u::1"}' },
      'entities/a.json:1:2 uid: Must be {"type": …, "id": …}.',
    ],
    [
      'an unknown key with a nearby known one',
      {
        'access/a.yaml':
          '- id: a\n  role: role::x\n  eligible: {group: [a]}\n  approvers: {groups: [b]}\n  maxDuration: 1h',
      },
      'access/a.yaml:3:14 [0].eligible.group: Unknown key "group". Did you mean "groups"?',
    ],
    [
      'a default longer than the maximum',
      {
        'access/a.yaml':
          'id: a\nrole: role::x\neligible: {groups: [a]}\napprovers: {groups: [b]}\nmaxDuration: 1h\ndefaultDuration: 2h',
      },
      'access/a.yaml:6:1 defaultDuration: Must not be longer than maxDuration.',
    ],
    [
      'nobody to approve',
      {
        'access/a.yaml':
          'id: a\nrole: role::x\neligible: {groups: [a]}\napprovers: {}\nmaxDuration: 1h',
      },
      'access/a.yaml:4:1 approvers: Must name at least one group or user.',
    ],
    [
      'a duration that is none',
      {
        'access/a.yaml':
          'id: a\nrole: role::x\neligible: {groups: [a]}\napprovers: {groups: [b]}\nmaxDuration: forever',
      },
      'access/a.yaml:5:1 maxDuration: Must be a duration such as 90s, 10m, 4h or 1d (at most 366d).',
    ],
    [
      'a role without a type',
      {
        'access/a.yaml':
          'id: a\nrole: reader\neligible: {groups: [a]}\napprovers: {groups: [b]}\nmaxDuration: 1h',
      },
      'access/a.yaml:2:1 role: Must name an entity, such as role::reader, or {type, id}.',
    ],
    [
      'a PEP without a credential',
      { 'peps.yaml': '- name: p' },
      'peps.yaml:1:3 [0]: Needs a credential: key, keyHash, jwks or spiffeId.',
    ],
    [
      'a PEP key that is too short',
      { 'peps.yaml': '- name: p\n  key: short' },
      'peps.yaml:2:3 [0].key: Must have at least 8 characters.',
    ],
    [
      'a private key among public ones',
      { 'peps.yaml': '- name: p\n  jwks: {keys: [{kty: OKP, crv: Ed25519, x: a, d: b}]}' },
      'peps.yaml:2:17 [0].jwks.keys[0]: Must be a public key; this one holds private members.',
    ],
    [
      'a route that names what its path lacks',
      {
        'peps.yaml':
          '- name: p\n  key: gateway-key\n  routes: [{method: GET, path: /a, action: read, resource: {type: r, id: "{id}"}}]',
      },
      'peps.yaml:3:70 [0].routes[0].resource.id: {id} is not in the path.',
    ],
    [
      'an issuer without TLS',
      { 'tenant.yaml': 'name: a\nissuers: [{issuer: "http://idp.example", audiences: [a]}]' },
      'tenant.yaml:2:12 issuers[0].issuer: Must be "builtin" or an https URL (http on a loopback address only).',
    ],
    [
      'an issuer without an audience',
      { 'tenant.yaml': 'name: a\nissuers: [{issuer: builtin, audiences: []}]' },
      'tenant.yaml:2:29 issuers[0].audiences: Must name at least one audience.',
    ],
    [
      'a consent that is something else',
      { 'consents/a.json': '{"resourceType": "Patient", "id": "a b"}' },
      'consents/a.json:1:2 resourceType: Must be "Consent".',
    ],
    [
      'a golden case without an expectation',
      {
        'tests/a.yaml':
          '- name: x\n  request: {subject: {type: u, id: a}, action: {name: r}, resource: {type: r, id: b}}\n  expect: {}',
      },
      'tests/a.yaml:3:3 [0].expect.decision: Required.',
    ],
    [
      'a path that leaves the directory',
      { 'policies/../../x.cedar': '' },
      'policies/../../x.cedar:undefined:undefined Not a relative path inside of the tenant directory.',
    ],
    [
      'two schemas',
      { 'schema.cedarschema': '', 'policies/schema.cedarschema': '' },
      'schema.cedarschema:undefined:undefined There is a policies/schema.cedarschema as well; keep one of them.',
    ],
    [
      'a file that is too large',
      { 'policies/a.cedar': ' '.repeat(4 * 1024 * 1024 + 1) },
      'policies/a.cedar:undefined:undefined Larger than 4194304 characters.',
    ],
    [
      'nesting without end',
      { 'devices/a.json': '['.repeat(100_000), 'peps.yaml': '['.repeat(100_000) },
      'devices/a.json:1:66 Nested deeper than 64 levels.',
    ],
  ];
  it.each(bad)('refuses %s', (_, files, expected) => {
    expect(problemsOf(files)).toContain(expected);
  });

  it('refuses more files than it reads, a missing tenant.yaml, and aliases that explode', () => {
    const many = new Map(
      Array.from({ length: 2001 }, (_, index) => [`policies/${String(index)}.cedar`, '']),
    );
    const result = readTenantDirectory(many);
    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
      '2001 files; at most 2000 are read.',
      'Missing: a tenant needs a tenant.yaml with its name.',
    ]);
    const layers = Array.from(
      { length: 9 },
      (_, i) => `a${String(i + 1)}: &a${String(i + 1)} [${`*a${String(i)},`.repeat(9)}]`,
    );
    expect(problemsOf({ 'tenant.yaml': `a0: &a0 [x]\n${layers.join('\n')}` })[0]).toMatch(
      /Excessive alias count/,
    );
  });
});
