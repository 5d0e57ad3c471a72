import type { BadRequest } from './broker-bad-decide.js';
import type { Call } from './broker-client.js';

const EXCHANGE = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: 'a.b.c',
  subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  audience: 'prod-db',
  resource: 'urn:sallyport:database:prod',
  scope: 'read',
};

const oauth = (
  what: string,
  path: string,
  call: Call,
  names: RegExp,
  status = 400,
): BadRequest => ({
  what,
  as: 'pep',
  method: 'POST',
  path: `/oauth2/${path}`,
  call,
  status,
  names,
});
const exchange = (what: string, change: Record<string, string>, names: RegExp): BadRequest =>
  oauth(what, 'token', { form: { ...EXCHANGE, ...change } }, names);
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const details = (value: unknown) => ({
  resource: '',
  scope: '',
  authorization_details: JSON.stringify(value),
});

/** OAuth: exchange, introspection, revocation. In a header, `$basic` stands for HTTP Basic with the right key and a wrong name. */
export const badOAuth: readonly BadRequest[] = [
  oauth('JSON for a form', 'token', { json: EXCHANGE }, /Content-Type/),
  oauth('no form', 'token', { headers: form, body: '' }, /grant_type/),
  exchange('another grant type', { grant_type: 'password' }, /grant_type/),
  exchange('no subject token', { subject_token: '' }, /subject_token/),
  exchange(
    'a subject token of 20000 characters',
    { subject_token: 'x'.repeat(20_000) },
    /subject_token/,
  ),
  exchange('a subject token that is a word', { subject_token: 'dana' }, /subject.token/i),
  exchange('no subject token type', { subject_token_type: '' }, /subject_token_type/),
  exchange('an unknown subject token type', { subject_token_type: 'saml' }, /subject_token_type/),
  exchange('an actor', { actor_token: 'a.b.c' }, /actor_token/),
  exchange('another kind of token', { requested_token_type: 'urn:x' }, /requested_token_type/),
  exchange('no audience', { audience: '' }, /audience/),
  exchange('an endless audience', { audience: 'x'.repeat(300) }, /audience/),
  exchange('an unknown audience', { audience: 'elsewhere' }, /audience/),
  exchange('no resource', { resource: '' }, /resource/),
  exchange('a resource that is no URN of ours', { resource: 'https://db.example' }, /resource/),
  exchange(
    'a resource with a broken encoding',
    { resource: 'urn:sallyport:database:%zz' },
    /resource/,
  ),
  exchange('no scope', { scope: '' }, /scope/),
  exchange('a scope with two spaces', { scope: 'read  write' }, /scope/),
  exchange('17 scopes', { scope: 'a b c d e f g h i j k l m n o p q' }, /scope/),
  exchange(
    'details that are no JSON',
    { ...details([]), authorization_details: '[{' },
    /authorization_details/,
  ),
  exchange('no details', details([]), /authorization_details/),
  exchange('details of another type', details([{ type: 'openid' }]), /authorization_details|type/),
  exchange('details beside a scope', { authorization_details: '[]' }, /authorization_details/),
  oauth(
    'a parameter twice',
    'token',
    { headers: form, body: `${new URLSearchParams(EXCHANGE)}&scope=write` },
    /scope/,
  ),
  oauth(
    'a client with the wrong name',
    'token',
    { form: EXCHANGE, headers: { authorization: '$basic' } },
    /not known/,
    401,
  ),
  { ...oauth('no client', 'token', { form: EXCHANGE }, /Authorization/, 401), as: 'nobody' },
  { ...oauth('the admin as a client', 'token', { form: EXCHANGE }, /may not/, 403), as: 'admin' },
  oauth('an introspection of nothing', 'introspect', { form: {} }, /token/),
  oauth(
    'an introspection of two tokens',
    'introspect',
    { headers: form, body: 'token=a&token=b' },
    /token/,
  ),
  oauth('an introspection in JSON', 'introspect', { json: { token: 'a' } }, /Content-Type/),
  oauth('a revocation of nothing', 'revoke', { form: {} }, /token/),
  oauth('a revocation of a novel', 'revoke', { form: { token: 'x'.repeat(17_000) } }, /token/),
];
