import { expect, test } from '@jest/globals';
import { readTenantDirectory, writeTenantDirectory } from '@sallyport/contracts';
import { CedarWasmEngine } from '../cedar-wasm-engine.js';
import { runGoldenCases } from '../run-golden-cases.js';

const PEPS = `
- name: gateway
  key: gateway-key
  routes:
    - { method: GET, path: '/records/{id}', action: read, resource: { type: record, id: '{id}' }, context: { purpose: TREAT } }
    - { method: POST, host: admin.example, path: '/files/{rest*}', action: write, resource: { type: file, id: '{rest}' } }
`;

function directory(tests: string) {
  return readTenantDirectory(
    new Map([
      ['tenant.yaml', 'name: acme'],
      ['peps.yaml', PEPS],
      ['policies/a.cedar', 'permit (principal, action, resource);'],
      ['tests/routes.yaml', tests],
    ]),
  );
}

function run(route: string, expect: string) {
  const read = directory(`- {name: a, route: ${route}, expect: ${expect}}`);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const [result] = runGoldenCases(read.tenant, new CedarWasmEngine(), 0);
  return result?.differences;
}

const record = '{action: read, resource: {type: record, id: "42"}}';

test.each([
  ['{pep: gateway, method: GET, path: /records/42}', record],
  ['{pep: gateway, method: GET, path: "/records/42?page=2"}', record],
  [
    '{pep: gateway, method: GET, path: /records/42}',
    '{action: read, resource: {type: record, id: "42"}, context: {purpose: TREAT}}',
  ],
  [
    '{pep: gateway, method: POST, path: /files/a/b, host: admin.example}',
    '{action: write, resource: {type: file, id: a/b}}',
  ],
  ['{pep: gateway, method: POST, path: /files/a/b}', 'no-route'],
  ['{pep: gateway, method: DELETE, path: /records/42}', 'no-route'],
  ['{pep: gateway, method: GET, path: "/records/..%2F42"}', 'no-route'],
])('a route case passes where the line becomes that question: %s is %s', (route, expected) => {
  expect(run(route, expected)).toEqual([]);
});

test.each([
  [
    '{pep: gateway, method: GET, path: /records/42}',
    'no-route',
    'expected no route, got read of record::"42"',
  ],
  [
    '{pep: gateway, method: PUT, path: /records/42}',
    record,
    'expected a question, but no route covers this request',
  ],
  [
    '{pep: gateway, method: GET, path: /records/43}',
    record,
    'expected the resource {"id":"42","type":"record"}, got {"id":"43","type":"record"}',
  ],
  [
    '{pep: gateway, method: GET, path: /records/42}',
    '{action: read, resource: {type: record, id: "42"}, context: {}}',
    'expected the context {}, got {"purpose":"TREAT"}',
  ],
  ['{pep: other, method: GET, path: /}', 'no-route', 'peps.yaml has no enforcement point "other"'],
])('a route case says what differs: %s is not %s', (route, expected, difference) => {
  expect(run(route, expected)).toEqual([difference]);
});

test.each([
  ['an expectation of something else', '{pep: g, method: GET, path: /}', '{decision: true}'],
  ['a method in lower case', '{pep: g, method: get, path: /}', 'no-route'],
  ['an unknown key', '{pep: g, method: GET, path: /, header: x}', 'no-route'],
])('a route case is refused with %s', (_, route, expected) => {
  const read = directory(`- {name: a, route: ${route}, expect: ${expected}}`);
  expect(read).toMatchObject({ ok: false, problems: [{ file: 'tests/routes.yaml' }] });
});

test('a route case is written back as it was read', () => {
  const read = directory(
    `- {name: a, route: {pep: gateway, method: GET, path: /records/42}, expect: ${record}}`,
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const again = readTenantDirectory(writeTenantDirectory(read.tenant));
  expect(again.ok && again.tenant.tests).toEqual(read.tenant.tests);
});
