// Long because it draws every part of a tenant.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TenantDefinition } from './definition.js';
import { readTenantDirectory } from './read-tenant-directory.js';
import { writeTenantDirectory } from './write-tenant-directory.js';

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));
const anyText = fc
  .string({ unit: 'binary', maxLength: 20 })
  .filter((text) => !/\p{Cs}/u.test(text) && text !== '__proto__');
const key = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/);
const ref = fc.record({
  type: fc.oneof(fc.constantFrom('user', 'role', 'App::group', 'a-b', 'in', '1x', 'a::'), name),
  id: name,
});
const time = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.getTime());
const seconds = fc.integer({ min: 1, max: 86_400 * 30 });
const json = fc.object({
  maxDepth: 3,
  maxKeys: 4,
  key: anyText,
  values: [
    anyText,
    fc.integer(),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x)),
    fc.constant(null),
  ],
});
const optional = { requiredKeys: [] };

const attribute = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    anyText,
    fc.boolean(),
    fc.maxSafeInteger().map((x) => x + 0),
    ref.map((uid) => ({ __entity: uid })),
    fc.constant({ __extn: { fn: 'ip', arg: '10.0.0.1' } }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }).map((record) => ({ ...record })),
  ),
})).value;

const posture = {
  managed: fc.boolean(),
  compliant: fc.boolean(),
  os: name,
  osVersion: name,
  diskEncrypted: fc.boolean(),
};
const checkedAt = fc.oneof(
  time.map((atMs) => ({ atMs })),
  seconds.map((agoSeconds) => ({ agoSeconds })),
);
const people = fc.record({
  groups: fc.array(ref, { minLength: 1, maxLength: 3 }),
  users: fc.array(ref, { maxLength: 3 }),
});

const definition = fc.record({
  settings: fc.record(
    {
      name: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/),
      displayName: name,
      issuers: fc.array(
        fc.record({
          issuer: fc.constantFrom('builtin', 'https://idp.example/x'),
          audiences: fc.array(name, { minLength: 1, maxLength: 2 }),
          subjectType: name,
          subjectClaim: name,
          deviceClaim: name,
        }),
        { maxLength: 2 },
      ),
      console: fc.record(
        {
          issuer: fc.constant('builtin'),
          clientId: name,
          clientSecretEnv: fc.constant('SECRET'),
          roles: fc.record({
            admin: fc.array(ref, { maxLength: 2 }),
            auditor: fc.array(ref, { maxLength: 2 }),
          }),
        },
        { requiredKeys: ['issuer', 'clientId', 'roles'] },
      ),
      location: fc.constant({ maxSpeedKmh: 900, minDistanceKm: 20.5 }),
      posture: fc.record({
        maxAgeSeconds: seconds,
        requirements: fc.record(
          { managed: fc.boolean(), minOsVersion: fc.constant({ macos: '14.0' }) },
          optional,
        ),
      }),
      tokens: fc.record({
        maxTtlSeconds: fc.integer({ min: 1, max: 86_400 }),
        audiences: fc.array(name, { maxLength: 2 }),
      }),
    },
    { requiredKeys: ['name', 'displayName', 'issuers', 'location', 'posture', 'tokens'] },
  ),
  policies: fc.constantFrom(
    { files: {} },
    {
      files: { 'policies/a.cedar': '// é\n' },
      schema: 'entity u;',
      schemaFile: 'schema.cedarschema',
    },
  ),
  entities: fc.uniqueArray(
    fc.record({
      uid: ref,
      attrs: fc.dictionary(key, attribute, { maxKeys: 4 }).map((record) => ({ ...record })),
      parents: fc.array(ref, { maxLength: 3 }),
    }),
    { maxLength: 4, selector: ({ uid }) => `${uid.type}::${uid.id}` },
  ),
  devices: fc.uniqueArray(
    fc.record(
      { id: name, owner: ref, ...posture, checkedAt },
      { requiredKeys: ['id', 'checkedAt'] },
    ),
    { maxLength: 3, selector: ({ id }) => id },
  ),
  consents: fc
    .uniqueArray(fc.record({ id: key, rest: json }), { maxLength: 2, selector: ({ id }) => id })
    .map((all) =>
      all.map(({ id, rest }) => ({ id, resource: { ...rest, resourceType: 'Consent', id } })),
    ),
  peps: fc.uniqueArray(
    fc.record(
      {
        name: key,
        kind: fc.constantFrom('gateway', 'other'),
        mode: fc.constantFrom('enforce', 'warn'),
        spiffeId: key.map((id) => `spiffe://acme/${id}`),
        trustedProperties: fc.array(name, { maxLength: 2 }),
        explain: fc.boolean(),
        strict: fc.boolean(),
        cacheSeconds: fc.integer({ min: 0, max: 300 }),
        authoritative: fc.boolean(),
        routes: fc.array(
          fc.record(
            {
              method: fc.constant('GET'),
              path: fc.constant('/a/{id}'),
              action: name,
              resource: fc.record({ type: key, id: fc.constant('{id}') }),
              context: json,
            },
            { requiredKeys: ['method', 'path', 'action', 'resource'] },
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: ['name', 'kind', 'mode', 'spiffeId', 'explain', 'strict', 'routes'] },
    ),
    { maxLength: 3, comparator: (a, b) => a.name === b.name || a.spiffeId === b.spiffeId },
  ),
  accessRules: fc.uniqueArray(
    fc.record(
      {
        id: key,
        title: name,
        description: name,
        role: ref,
        eligible: people,
        approvers: people,
        approvalsNeeded: fc.integer({ min: 1, max: 10 }),
        maxDurationSeconds: seconds.map((s) => s + 2),
        defaultDurationSeconds: fc.constant(3),
        reason: fc.record({ required: fc.boolean(), minLength: fc.nat(100) }),
        approvalDeadlineSeconds: seconds,
      },
      {
        requiredKeys: [
          'id',
          'title',
          'role',
          'eligible',
          'approvers',
          'approvalsNeeded',
          'maxDurationSeconds',
          'defaultDurationSeconds',
          'reason',
          'approvalDeadlineSeconds',
        ],
      },
    ),
    { maxLength: 3, selector: ({ id }) => id },
  ),
  tests: fc
    .uniqueArray(
      fc.record(
        {
          name,
          request: fc.record(
            {
              subject: fc.record(
                { type: name, id: name, properties: json },
                { requiredKeys: ['type', 'id'] },
              ),
              action: fc.record({ name }),
              resource: fc.record({ type: name, id: name }),
              context: json,
            },
            { requiredKeys: ['subject', 'action', 'resource'] },
          ),
          atMs: time,
          facts: fc.record(
            {
              authn: fc.record({ verified: fc.boolean(), authTimeMs: time }, optional),
              device: fc.record({ ...posture, checkedAt }, optional),
              consent: fc.record(
                { status: fc.constant('permit'), expiresAtMs: time },
                { requiredKeys: ['status'] },
              ),
              grants: fc.array(
                fc.record(
                  { role: ref, endsAtMs: time, breakGlass: fc.boolean() },
                  { requiredKeys: ['role'] },
                ),
                { maxLength: 2 },
              ),
            },
            optional,
          ),
          expect: fc.record(
            { decision: fc.boolean(), reasons: fc.array(name, { maxLength: 2 }) },
            { requiredKeys: ['decision'] },
          ),
          file: fc.constantFrom('tests/a.yaml', 'tests/b.yaml'),
        },
        { requiredKeys: ['name', 'request', 'expect', 'file'] },
      ),
      { maxLength: 3, selector: ({ name }) => name },
    )
    .map((cases) => [...cases].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))),
});

describe('writing a tenant directory', () => {
  it('gives files that read back as the very same definition', () => {
    fc.assert(
      fc.property(definition, (tenant) => {
        const result = readTenantDirectory(
          writeTenantDirectory(tenant as unknown as TenantDefinition),
        );
        expect(result).toEqual({ ok: true, tenant, warnings: [] });
      }),
      { numRuns: 60 },
    );
  });
});
