import type { BadRequest } from './broker-bad-decide.js';
import type { Call } from './broker-client.js';

const door = (what: string, call: Call, status: number, names: RegExp): BadRequest => ({
  what: `GraphQL: ${what}`,
  as: 'member',
  method: 'POST',
  path: '/graphql',
  call,
  status,
  names,
});
const query = (what: string, text: unknown, names: RegExp, more: object = {}): BadRequest =>
  door(what, { json: { query: text, ...more } }, 400, names);
/** The answer to a good document: the field that failed is an error in it. */
const field = (what: string, text: string, names: RegExp, variables: object = {}): BadRequest =>
  door(what, { json: { query: text, variables } }, 200, names);
const json = { 'content-type': 'application/json' };
/** What a browser would send for a form on another site. */
const unproven = { json: { query: '{ me { id } }' }, headers: { cookie: '$session' } };
const nested = (levels: number) =>
  `{ entry(id: "a") ${'{ related '.repeat(levels)}{ id }${' }'.repeat(levels)} }`;
const submit =
  'mutation ($rule: ID!, $seconds: Int!, $reason: String!) { submitRequest(ruleId: $rule, durationSeconds: $seconds, reason: $reason) { id } }';
const wish = { rule: 'prod-db-reader', seconds: 60, reason: 'an incident is open' };

/** The console's door: documents, variables, arguments. */
export const badGraphQL: readonly BadRequest[] = [
  { ...query('nobody', '{ me { id } }', /sign in/), as: 'nobody', status: 401 },
  { ...query('an enforcement point', '{ me { id } }', /sign in/), as: 'pep', status: 401 },
  {
    ...door('no header that a form cannot send', unproven, 403, /x-sallyport-csrf/),
    as: 'nobody',
  },
  door(
    'another origin',
    { json: { query: '{ me { id } }' }, headers: { origin: 'https://evil.example' } },
    403,
    /origin/,
  ),
  door('no body', { headers: json, body: '' }, 400, /empty/),
  door('no JSON', { headers: json, body: '{ me { id } }' }, 400, /JSON/),
  door('a batch', { json: [{ query: '{ me { id } }' }] }, 400, /object/),
  door('no query', { json: {} }, 400, /query/i),
  query('a number', 7, /query/i),
  query('half a document', '{ me {', /Syntax/i),
  query('a field that is not there', '{ me { password } }', /password/),
  query('an argument that is not there', '{ entry(id: "a", tenant: "other") { id } }', /tenant/),
  query('a value of another type', '{ entries(first: "many") { total } }', /Int/),
  query('a number beyond 32 bits', '{ entries(first: 9999999999) { total } }', /32-bit/),
  query('a filter that is unknown', '{ entries(filter: { colour: "red" }) { total } }', /colour/),
  query('twelve levels', nested(12), /depth/i),
  query('variables in words', '{ me { id } }', /variables/i, { variables: 'all' }),
  query('a variable that is missing', submit, /rule/),
  query('an operation that is not there', 'query a { me { id } }', /operation/i, {
    operationName: 'b',
  }),
  query('two operations and no name', 'query a { me { id } } query b { me { id } }', /operation/i),
  {
    ...query('a mutation by GET', '', /GET|POST|Operation/),
    method: 'GET',
    path: `/graphql?query=${encodeURIComponent('mutation { returnGrant(id: "a") { id } }')}`,
    call: {},
    status: 405,
  },
  query('a page of nothing', '{ accessRequests(tab: ALL, first: 0) { waiting } }', /first/),
  query('a page of everything', '{ grants(first: 1000000) { nextCursor } }', /first/),
  query('a page before the first', '{ entries(first: -1) { total } }', /first/),
  query(
    'a cursor that nobody gave out',
    '{ accessRequests(tab: ALL, after: "zzz") { waiting } }',
    /after/,
  ),
  query('another list’s cursor', '{ entries(after: "zzz") { total } }', /after/),
  query(
    'an endless filter',
    `{ entries(filter: { text: "${'x'.repeat(300)}" }) { total } }`,
    /text/,
  ),
  query(
    'a control character in a filter',
    '{ entries(filter: { subject: "\\u0000" }) { total } }',
    /NUL/,
  ),
  query('a control character for an id', '{ accessRequest(id: "\\u0000") { id } }', /NUL/),
  query('a control character for a grant', 'mutation { returnGrant(id: "\\u0000") { id } }', /NUL/),
  query('a control character for an entry', '{ entry(id: "\\u0000") { id } }', /NUL/),
  query('a control character for a proof', '{ entryProof(id: "\\u0000") { index } }', /NUL/),
  field('a rule that is not there', submit, /rule/, { ...wish, rule: 'root' }),
  field('a grant for ever', submit, /duration|long/i, { ...wish, seconds: 2_000_000_000 }),
  field('a grant for no time', submit, /duration/i, { ...wish, seconds: 0 }),
  field('no reason', submit, /reason/i, { ...wish, reason: '  ' }),
  field('an endless reason', submit, /reason/i, { ...wish, reason: 'x'.repeat(100_000) }),
  query('a reason with a control character', submit, /variables\.reason/, {
    variables: { ...wish, reason: 'an incident \u0000 is open' },
  }),
  query('a reason with half a character', submit, /variables\.reason/, {
    variables: { ...wish, reason: 'an incident \ud800 is open' },
  }),
  field(
    'a review of nothing',
    'mutation { reviewRequest(id: "a", verdict: APPROVE, reason: "because I can") { id } }',
    /request/,
  ),
  field(
    'a role that one does not have',
    'mutation { createApiToken(name: "a", roles: ["admin"], expiresInDays: 1) { secret } }',
    /auditor/,
  ),
  {
    ...query(
      'a role that is none',
      'mutation { createApiToken(name: "a", roles: ["root"], expiresInDays: 1) { secret } }',
      /roles/,
    ),
    as: 'administrator',
  },
  {
    ...query(
      'a token for ever',
      'mutation { createApiToken(name: "a", roles: ["admin"], expiresInDays: 100000) { secret } }',
      /expiresInDays/,
    ),
    as: 'administrator',
  },
  {
    ...query(
      'a token with a control character',
      'mutation { createApiToken(name: "a\\u0000", roles: ["admin"], expiresInDays: 1) { secret } }',
      /NUL/,
    ),
    as: 'administrator',
  },
];
