import type { Call } from './broker-client.js';

/** Who asks in a row of the table; the test holds the secrets. */
export type Asker = 'nobody' | 'pep' | 'admin' | 'token' | 'member' | 'administrator';

/** A request that must be refused: with which status, and what its message or its `field` must name. */
export interface BadRequest {
  readonly what: string;
  readonly as: Asker;
  readonly method: string;
  readonly path: string;
  readonly call?: Call;
  readonly status: number;
  readonly names: RegExp;
}

const EVALUATION = '/access/v1/evaluation';
const BATCH = '/access/v1/evaluations';
const json = { 'content-type': 'application/json' };

/** A question without fault. */
export const QUESTION = {
  subject: { type: 'user', id: 'dana@acme.example' },
  action: { name: 'read' },
  resource: { type: 'database', id: 'prod' },
};

const single = (what: string, change: object, names: RegExp): BadRequest => ({
  what,
  as: 'pep',
  method: 'POST',
  path: EVALUATION,
  call: { json: { ...QUESTION, ...change } },
  status: 400,
  names,
});
const batch = (what: string, body: object, names: RegExp): BadRequest => ({
  ...single(what, {}, names),
  path: BATCH,
  call: { json: body },
});
const raw = (
  what: string,
  body: string | Uint8Array<ArrayBuffer>,
  names: RegExp,
  status = 400,
) => ({
  ...single(what, {}, names),
  call: { headers: json, body },
  status,
});
const typed = (what: string, headers: Record<string, string>): BadRequest => ({
  ...single(what, {}, /Content-Type/),
  call: { headers, body: new TextEncoder().encode(JSON.stringify(QUESTION)) },
});
const from = (what: string, as: Asker, call: Call, status: number, names: RegExp): BadRequest => ({
  ...single(what, {}, names),
  as,
  call: { json: QUESTION, ...call },
  status,
});
const subject = (change: object) => ({ subject: { ...QUESTION.subject, ...change } });
const resource = (change: object) => ({ resource: { ...QUESTION.resource, ...change } });
const deep = (levels: number) => `{"context":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`;
const many = (count: number) => Array.from({ length: count }, () => ({}));

/** AuthZEN: bodies, members, batches, credentials. */
export const badDecisions: readonly BadRequest[] = [
  raw('no body', '', /empty/),
  raw('white space for a body', ' \n', /empty/),
  raw('half a body', '{"subject":', /not valid JSON/),
  raw('two bodies', '{}{}', /not valid JSON/),
  raw('JSON with a comment', '{/**/}', /not valid JSON/),
  raw('an array', '[]', /object/),
  raw('a string', '"subject"', /object/),
  raw('null', 'null', /object/),
  raw('a name twice', '{"subject":{},"subject":{}}', /duplicate/),
  raw('a name twice, once in escapes', '{"action":{},"\\u0061ction":{}}', /duplicate/),
  raw('a prototype', '{"subject":{"__proto__":{"type":"user"}}}', /subject\.__proto__/),
  raw('33 levels', deep(33), /deeper than 32/),
  raw('1000 levels', deep(1_000), /deeper than 32/),
  raw('bytes that are no UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), /UTF-8/),
  raw('a byte order mark', '\uFEFF{}', /JSON|UTF-8/),
  raw('a mebibyte', JSON.stringify({ context: { a: 'x'.repeat(1_048_576) } }), /too large/, 413),
  raw(
    'a number beyond doubles',
    JSON.stringify({ ...QUESTION, context: { a: 7 } }).replace('7', '1e999'),
    /context\.a/,
  ),
  typed('no content type', {}),
  typed('text/plain', { 'content-type': 'text/plain' }),
  typed('a form', { 'content-type': 'application/x-www-form-urlencoded' }),
  typed('GraphQL', { 'content-type': 'application/graphql' }),
  typed('almost JSON', { 'content-type': 'application/jsonp' }),
  typed('a broken content type', { 'content-type': 'application' }),
  single('no subject', { subject: undefined }, /subject/),
  single('a null subject', { subject: null }, /subject/),
  single('a subject in words', { subject: 'dana' }, /subject/),
  single('an array of subjects', { subject: [QUESTION.subject] }, /subject/),
  single('a subject without type', subject({ type: undefined }), /subject\.type/),
  single('a subject without id', subject({ id: undefined }), /subject\.id/),
  single('a number for an id', subject({ id: 7 }), /subject\.id/),
  single('an empty id', subject({ id: '' }), /subject\.id/),
  single('an endless id', subject({ id: 'x'.repeat(1_025) }), /subject\.id/),
  single('half a character', subject({ id: '\ud800' }), /subject\.id/),
  single('properties in an array', subject({ properties: [] }), /subject\.properties/),
  single('no action', { action: undefined }, /action/),
  single('an empty action', { action: {} }, /action\.name/),
  single('a number for an action', { action: { name: 1 } }, /action\.name/),
  single('no resource', { resource: undefined }, /resource/),
  single('a resource without id', resource({ id: undefined }), /resource\.id/),
  single('an endless resource type', resource({ type: 'x'.repeat(257) }), /resource\.type/),
  single('a context in words', { context: 'TREAT' }, /context/),
  single('a number for a token', { context: { subject_token: 1 } }, /context\.subject_token/),
  single(
    'a token of unknown type',
    { context: { subject_token: 'a.b.c', subject_token_type: 'saml' } },
    /subject_token_type/,
  ),
  single('options in words', { options: 'explain' }, /options/),
  single('explain in words', { options: { explain: 'yes' } }, /options\.explain/),
  single('a token for nobody', { options: { token: {} } }, /options\.token\.audience/),
  single(
    'a token for a stranger',
    { options: { token: { audience: 'elsewhere' } } },
    /options\.token\.audience/,
  ),
  batch('an object of evaluations', { ...QUESTION, evaluations: {} }, /evaluations/),
  batch('1001 evaluations', { ...QUESTION, evaluations: many(1_001) }, /evaluations/),
  batch(
    'an unknown semantic',
    { ...QUESTION, evaluations: [{}], options: { evaluations_semantic: 'any' } },
    /evaluations_semantic/,
  ),
  batch(
    'a default subject in words',
    { ...QUESTION, subject: 'dana', evaluations: [{}] },
    /subject/,
  ),
  batch(
    'a default context in an array',
    { ...QUESTION, context: [], evaluations: [{}] },
    /context/,
  ),
  batch('no evaluations and no question', { evaluations: [] }, /action|resource|subject/),
  from('no credential', 'nobody', {}, 401, /Authorization/),
  from('an unknown key', 'nobody', { key: 'nobody-has-this-key' }, 401, /not known/),
  from('a key of 9000 characters', 'nobody', { key: 'k'.repeat(9_000) }, 401, /not known/),
  from(
    'a key in the wrong scheme',
    'nobody',
    { headers: { ...json, authorization: 'Basic a2V5' } },
    401,
    /Authorization/,
  ),
  from('the admin token', 'admin', {}, 403, /may not/),
  from('an API token', 'token', {}, 403, /may not/),
  { ...single('PUT', {}, /PUT/), method: 'PUT', status: 405 },
  {
    ...single('a tenant name that is none', {}, /nothing here/),
    as: 'nobody',
    method: 'GET',
    path: '/.well-known/authzen-configuration/A%20B',
    call: {},
    status: 404,
  },
];
